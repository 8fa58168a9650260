import { connect, type NatsConnection, PermissionViolationError } from '@nats-io/transport-node';

/**
 * A user of the bus with the client library of NATS alone and nothing of ours: a person with the `nats` command, or a
 * thief who found the address and credentials of a service. What the server refuses it tells the connection only, so
 * that is listened to.
 */
export class BusUser {
  private readonly refusals: PermissionViolationError[] = [];

  private constructor(readonly connection: NatsConnection) {}

  /** @param url with credentials */
  static async connect(url: string, inboxPrefix?: string): Promise<BusUser> {
    const { host, username, password } = new URL(url);
    const connection = await connect({
      servers: host,
      user: username,
      pass: password,
      noAsyncTraces: true,
      ...(inboxPrefix !== undefined && { inboxPrefix }),
    });
    const user = new BusUser(connection);
    void user.followRefusals();
    return user;
  }

  /** Publishes, and answers whether the server refused it. */
  async isRefusedPublish(subject: string, reply?: string): Promise<boolean> {
    const before = this.refusals.length;
    this.connection.publish(subject, '{}', reply === undefined ? {} : { reply });
    await this.settle();
    return this.refusals.slice(before).some((one) => one.operation === 'publish' && one.subject === subject);
  }

  /** Subscribes, and answers whether the server refused it; if not, it is taken back. */
  async isRefusedSubscription(subject: string, queue?: string): Promise<boolean> {
    let isRefused = false;
    const subscription = this.connection.subscribe(subject, {
      ...(queue !== undefined && { queue }),
      callback: (error) => {
        isRefused ||= error !== null;
      },
    });
    await this.settle();
    if (!isRefused) subscription.unsubscribe();
    return isRefused;
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  /** A refusal comes before the answer to a ping, and is told one turn later. */
  private async settle(): Promise<void> {
    await this.connection.flush();
    await new Promise((resolve) => setImmediate(resolve));
  }

  private async followRefusals(): Promise<void> {
    for await (const status of this.connection.status()) {
      if (status.type === 'error' && status.error instanceof PermissionViolationError) this.refusals.push(status.error);
    }
  }
}
