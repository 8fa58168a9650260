/** Publishes of one turn of the event loop leave in one write of the socket. */
export class PublishTogether {
  #held = [];

  /** @param {import('@nats-io/transport-node').NatsConnection} connection */
  constructor(connection) {
    this.connection = connection;
  }

  publish(...message) {
    if (this.#held.push(message) > 1) return;
    setImmediate(() => {
      const held = this.#held;
      this.#held = [];
      for (const one of held) this.connection.publish(...one);
    });
  }
}
