import { prepareSession, type Statement, sessionLockKey } from '@countersign/persistence';
import pg from 'pg';

const settings = {
  statement_timeout: '30000',
  idle_in_transaction_session_timeout: '2500',
  // A relay that leads says something all the time: the session of one that is frozen or gone is ended by the server, and
  // the lock with it.
  idle_session_timeout: '2500',
  // the same where the server waits for it to take an answer
  tcp_user_timeout: '2500',
};
const heartbeatMs = 500;

/**
 * The one database connection of a relay. It carries the lock that makes it the relay of its service; all it writes
 * goes over this connection, so that a relay which lost the lock can write no more.
 */
export class RelaySession {
  private isLost = false;
  private isBeating = false;
  private readonly heartbeat: NodeJS.Timeout;

  private constructor(
    private readonly client: pg.Client,
    private readonly schema: string,
  ) {
    client.on('error', () => this.lose());
    client.on('end', () => this.lose());
    this.heartbeat = setInterval(() => this.beat(), heartbeatMs).unref();
  }

  /** @throws Error of the driver when the database is not reachable */
  static async open(url: string, schema: string): Promise<RelaySession> {
    const client = new pg.Client({
      connectionString: url,
      application_name: `countersign-${schema}-relay`,
      connectionTimeoutMillis: 2_000,
      query_timeout: 35_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 5_000,
    });
    const session = new RelaySession(client, schema);
    try {
      await client.connect();
      await prepareSession(client, schema, settings);
      return session;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  /** Whether this is now the one relay of its service. */
  async tryLead(): Promise<boolean> {
    const key = sessionLockKey(`relay ${this.schema}`);
    const [row] = await this.query<{ is_mine: boolean }>('select pg_try_advisory_lock($1) as is_mine', [key]);
    return row?.is_mine === true;
  }

  async query<Row>(statement: string | Statement, values: readonly unknown[] = []): Promise<Row[]> {
    this.assertAlive();
    const text = typeof statement === 'string' ? { text: statement } : { name: statement.name, text: statement.text };
    const result = await this.client.query({ ...text, values: values as unknown[] });
    return result.rows as Row[];
  }

  /** Ends the connection, and the lock with it. */
  async close(): Promise<void> {
    clearInterval(this.heartbeat);
    await this.client.end().catch(() => undefined);
  }

  /** Beside the queries of the relay, which waits for JetStream too. */
  private beat(): void {
    if (this.isLost || this.isBeating) return;
    this.isBeating = true;
    const ended = () => {
      this.isBeating = false;
    };
    this.client.query('select 1').then(ended, ended);
  }

  private lose(): void {
    this.isLost = true;
  }

  private assertAlive(): void {
    if (this.isLost) throw new Error('the database connection of the relay was lost');
  }
}
