import { monotonicMs } from '@countersign/clock';
import { Problem } from '@countersign/contracts';
import type { Pool, PoolClient, QueryConfig, QueryResult } from 'pg';
import type { DataSource, EntityManager, EntityTarget, ObjectLiteral, Repository } from 'typeorm';
import { poolOf } from './data-source.js';
import type { StoreLogger } from './sql-log.js';
import { managerRunning } from './statement-runner.js';
import { codeOf, isConnectionBroken, storeFaultOf, toThrowable, unavailable } from './store-fault.js';
import type { Queryable, Statement } from './transaction.js';

/** A statement as pg takes it. */
export function queryConfig(statement: string | Statement, values: readonly unknown[] = []): QueryConfig {
  const parameters = values as unknown[];
  return typeof statement === 'string'
    ? { text: statement, values: parameters }
    : { name: statement.name, text: statement.text, values: parameters };
}

/**
 * Ends the transaction, unless its connection is lost: giving that up ends it too, and a server that does not answer would
 * be awaited a second time.
 */
export async function rollBack(client: PoolClient, cause: unknown): Promise<void> {
  if (!isConnectionBroken(cause)) await client.query('rollback');
}

/** A server that is away would else be told with each request. */
const sayAgainEveryMs = 10_000;

/** A broken connection emits `error` outside of any statement too; unheard, that would end the process. */
function ignoreLoss(): void {}

/**
 * The pool of a service. Faults leave it as `Problem('store.unavailable')` where a later try may help; waiting for a
 * connection is bounded in number (`queueLimit`) and in time (the pool's connect timeout).
 */
export class Database implements Queryable {
  private readonly pool: Pool;
  private manager: EntityManager | undefined;
  private sayAgainAt = 0;

  constructor(
    readonly dataSource: DataSource,
    private readonly queueLimit: number,
    private readonly logger?: StoreLogger,
  ) {
    this.pool = poolOf(dataSource);
  }

  /**
   * One statement in a transaction of its own, and no longer than the statement timeout, in which waits for locks count. A
   * named statement is prepared once a connection. What a server has received while it was stopped it may still do when it
   * goes on, after the caller was told that it is unavailable. So a statement that changes something has to be one that may
   * come late or twice: conditional on what it found. Any other change belongs in a unit of work, which has a time bound.
   * @throws Problem `store.unavailable`; else the error of PostgreSQL, without the values it quotes
   */
  query<Row>(statement: string | Statement, values?: readonly unknown[]): Promise<Row[]> {
    return this.execute(queryConfig(statement, values)).then(({ rows }) => rows as Row[]);
  }

  repository<Entity extends ObjectLiteral>(entity: EntityTarget<Entity>): Repository<Entity> {
    this.manager ??= managerRunning(this.dataSource, (text, values) => this.execute(queryConfig(text, values)), false);
    return this.manager.getRepository(entity);
  }

  /**
   * Runs a statement and takes its changes back: whether they could be stored.
   * @throws as {@link query}
   */
  async tryOut<Row>(statement: string, values: readonly unknown[] = []): Promise<Row[]> {
    try {
      return await this.withConnection(async (client) => {
        await client.query('begin');
        const { rows } = await client.query(queryConfig(statement, values)).catch(async (error: unknown) => {
          await rollBack(client, error);
          throw error;
        });
        await client.query('rollback');
        return rows as Row[];
      });
    } catch (error) {
      throw toThrowable(error);
    }
  }

  /** Connections in use, and callers that wait for one. */
  get load(): { readonly inUse: number; readonly waiting: number } {
    return { inUse: this.pool.totalCount - this.pool.idleCount, waiting: this.pool.waitingCount };
  }

  /**
   * Lends one connection to `work`; its errors pass as they are, and a broken connection is not lent again.
   * @throws Problem `store.unavailable` when there is no connection to lend: a refused log-in too is of the server, and not
   *   of what was asked
   */
  async withConnection<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    if (this.pool.waitingCount >= this.queueLimit) {
      throw new Problem('store.unavailable', `${this.queueLimit} requests wait for a connection`, 1);
    }
    const client = await this.pool.connect().catch((error: unknown) => this.withoutConnection(error));
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

  /** The callers are told that the store is unavailable, and the log why, once in a while. */
  private withoutConnection(error: unknown): never {
    const reason = error instanceof Error ? error.message : String(error);
    if (monotonicMs() >= this.sayAgainAt) {
      this.sayAgainAt = monotonicMs() + sayAgainEveryMs;
      this.logger?.warn({ reason, code: codeOf(error) }, 'no connection to the database can be opened');
    }
    throw unavailable(error);
  }

  private async execute(statement: QueryConfig): Promise<QueryResult> {
    const once = () => this.withConnection((client) => client.query(statement));
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
}
