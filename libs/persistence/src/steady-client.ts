import pg from 'pg';

/**
 * A connection that can be lost at any moment without taking the process along. The pool listens for errors only while
 * a connection is idle, and a query only until its first error; a server that dies says so twice, and an `error` event
 * without a listener ends a Node process. The user of the connection learns of the loss by the failing query.
 */
export class SteadyClient extends pg.Client {
  constructor(configuration?: string | pg.ClientConfig) {
    super(configuration);
    this.on('error', () => undefined);
  }
}
