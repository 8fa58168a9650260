import { setTimeout as wait } from 'node:timers/promises';
import { monotonicMs, within } from '@countersign/clock';
import type { Principal } from '@countersign/contracts';
import type { Logger } from '@countersign/observability';
import { AuthorizationError, connect, type NatsConnection, PermissionViolationError } from '@nats-io/transport-node';
import { inboxPrefixOf } from '../wire/reply-inbox.js';
import { type BusCredentialFiles, type BusTlsFiles, connectionCredentials } from './bus-credentials.js';
import { explainedFault, reasonOf } from './connect-fault.js';

export interface BusOptions {
  /** Comma list of servers; may hold `user:password@`. */
  readonly url: string;
  /** Name of the setting that holds the URL, for messages; without it faults are those of the client library. */
  readonly setting?: string;
  /** Connection name that a NATS operator sees: service and instance. */
  readonly name: string;
  /** Whose user of the bus this is; its inbox prefix follows from it. */
  readonly user: Principal;
  /** Only for an operator whose permissions name another prefix: servers answer no service at a foreign one (G10). */
  readonly inboxPrefix?: string | undefined;
  readonly credentials?: BusCredentialFiles;
  readonly tls?: BusTlsFiles;
  /** How long the first connection may take, in milliseconds; afterwards it reconnects for ever. */
  readonly connectWithinMs?: number;
  readonly logger?: Logger | undefined;
}

const defaultConnectWithinMs = 15_000;
const firstConnectRetryMs = 200;

/**
 * One connection to NATS, kept up for ever: it reconnects by itself, and says whether it is up, so that no ask waits
 * for an answer that cannot come (guarantee G9).
 */
export class Bus {
  private up = true;
  private readonly upListeners = new Set<() => void>();
  private readonly downListeners = new Set<() => void>();
  private readonly publishRefusedListeners = new Set<(subject: string) => void>();

  private constructor(
    readonly connection: NatsConnection,
    readonly user: Principal,
    readonly name: string,
    readonly inboxPrefix: string,
    private readonly logger: Logger | undefined,
  ) {
    void this.followStatus();
  }

  /**
   * Connects, trying again until `connectWithinMs` have passed. Wrong credentials are refused at once: waiting would
   * not mend them.
   * @throws Error of the client library, or one that says which setting to look at
   */
  static async connect(options: BusOptions): Promise<Bus> {
    const prefix = options.inboxPrefix ?? inboxPrefixOf(options.user);
    const giveUpAt = monotonicMs() + (options.connectWithinMs ?? defaultConnectWithinMs);
    // faults of the settings are thrown here, since no waiting mends them
    const address = connectionCredentials(options.url, options.credentials, options.tls);
    for (let isFirst = true; ; isFirst = false) {
      const leftMs = giveUpAt - monotonicMs();
      try {
        const connection = await connect({ ...address, ...connectionOptions(options, prefix, leftMs) });
        return new Bus(connection, options.user, options.name, prefix, options.logger);
      } catch (error) {
        if (error instanceof AuthorizationError || monotonicMs() + firstConnectRetryMs >= giveUpAt) {
          throw explainedFault(error, address, options.setting);
        }
        const fields = { servers: address.servers, reason: reasonOf(error) };
        if (isFirst) options.logger?.warn(fields, 'the bus is not reachable yet, waiting');
        await wait(firstConnectRetryMs);
      }
    }
  }

  /** Whether a message published now would reach a server. */
  isUp(): boolean {
    return this.up && !this.connection.isClosed() && !this.connection.isDraining();
  }

  /** Calls back after each reconnect. Answers a function that ends it. */
  onUp(listener: () => void): () => void {
    this.upListeners.add(listener);
    return () => void this.upListeners.delete(listener);
  }

  /** Calls back when the connection is lost or closed. Answers a function that ends it. */
  onDown(listener: () => void): () => void {
    this.downListeners.add(listener);
    return () => void this.downListeners.delete(listener);
  }

  /** Calls back when the server refused a publish for want of permission; NATS tells only this connection. */
  onPublishRefused(listener: (subject: string) => void): () => void {
    this.publishRefusedListeners.add(listener);
    return () => void this.publishRefusedListeners.delete(listener);
  }

  /** Lets what was received be handled and what was published leave, then closes; never takes longer than `withinMs`. */
  async close(withinMs = 5_000): Promise<void> {
    if (this.connection.isClosed()) return;
    if (this.isUp()) await within(this.connection.drain(), withinMs);
    await this.connection.close().catch(() => undefined);
  }

  private async followStatus(): Promise<void> {
    for await (const status of this.connection.status()) {
      if (status.type === 'disconnect' || status.type === 'staleConnection') this.becameDown(status.type);
      else if (status.type === 'reconnect') this.becameUp();
      else if (status.type === 'error') this.report(status.error);
    }
    this.becameDown('close');
  }

  private becameDown(reason: string): void {
    if (!this.up) return;
    this.up = false;
    if (reason !== 'close') this.logger?.warn({ reason, connection: this.name }, 'bus connection is down');
    for (const listener of this.downListeners) listener();
  }

  private becameUp(): void {
    if (this.up) return;
    this.up = true;
    this.logger?.info({ connection: this.name }, 'bus connection is up again');
    for (const listener of this.upListeners) listener();
  }

  private report(error: Error): void {
    this.logger?.error({ reason: error.message, connection: this.name }, 'bus refused something');
    if (error instanceof PermissionViolationError && error.operation === 'publish')
      for (const listener of this.publishRefusedListeners) listener(error.subject);
  }
}

function connectionOptions(options: BusOptions, inboxPrefix: string, leftMs: number) {
  return {
    name: options.name,
    inboxPrefix,
    // Without this every request builds an Error for its stack: 1.4 times the cost of the request itself.
    noAsyncTraces: true,
    timeout: Math.max(100, Math.min(leftMs, 5_000)),
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    reconnectJitterTLS: 250,
    // A server that comes back with its users not loaded yet must not end us: recovery needs no restart (G9).
    ignoreAuthErrorAbort: true,
    // A server that is frozen or gone is left within three seconds, for another of its cluster.
    pingInterval: 1_000,
    maxPingOut: 2,
  };
}
