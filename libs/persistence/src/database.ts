import { Problem } from '@countersign/contracts';
import type { Pool, PoolClient } from 'pg';
import type { Queryable, Statement } from './statement.js';
import { isConnectionBroken, storeFaultOf, toThrowable } from './store-fault.js';

/** Runs one statement on a connection that is held already. */
export async function runStatement<Row>(
  client: PoolClient,
  statement: string | Statement,
  values: readonly unknown[],
): Promise<Row[]> {
  const text = typeof statement === 'string' ? { text: statement } : { name: statement.name, text: statement.text };
  const result = await client.query({ ...text, values: values as unknown[] });
  return result.rows as Row[];
}

/** A broken connection emits `error` outside of any statement too; unheard, that would end the process. */
function ignoreLoss(): void {}

/**
 * The pool of a service. Faults leave it as `Problem('store.unavailable')` where a later try may help; waiting for a
 * connection is bounded in number (`queueLimit`) and in time (the pool's connect timeout).
 */
export class Database implements Queryable {
  constructor(
    private readonly pool: Pool,
    private readonly queueLimit: number,
  ) {}

  /**
   * One statement in a transaction of its own. A named statement is prepared once a connection.
   * @throws Problem `store.unavailable`; else the error of PostgreSQL, without the values it quotes
   */
  async query<Row>(statement: string | Statement, values: readonly unknown[] = []): Promise<Row[]> {
    const once = () => this.withConnection((client) => runStatement<Row>(client, statement, values));
    try {
      return await once().catch((error: unknown) => {
        // a statement that lost a deadlock was rolled back as a whole
        if (storeFaultOf(error) === 'conflict') return once();
        throw error;
      });
    } catch (error) {
      throw toThrowable(error);
    }
  }

  /** Whether the database answers now; bounded by the connect and statement timeouts. */
  async isUp(): Promise<boolean> {
    return this.query('select 1').then(
      () => true,
      () => false,
    );
  }

  /** Connections in use, and callers that wait for one. */
  get load(): { readonly inUse: number; readonly waiting: number } {
    return { inUse: this.pool.totalCount - this.pool.idleCount, waiting: this.pool.waitingCount };
  }

  /** Lends one connection to `work`; errors pass as they are, and a broken connection is not lent again. */
  async withConnection<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    if (this.pool.waitingCount >= this.queueLimit) {
      throw new Problem('store.unavailable', `${this.queueLimit} requests wait for a connection`, 1);
    }
    const client = await this.pool.connect();
    client.on('error', ignoreLoss);
    let isBroken = false;
    try {
      return await work(client);
    } catch (error) {
      isBroken = isConnectionBroken(error);
      throw error;
    } finally {
      client.off('error', ignoreLoss);
      client.release(isBroken);
    }
  }
}
