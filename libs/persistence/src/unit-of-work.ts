import { setTimeout as pause } from 'node:timers/promises';
import { monotonicMs } from '@countersign/clock';
import { type Operation, Problem } from '@countersign/contracts';
import type { PoolClient, QueryResult } from 'pg';
import type { DataSource, EntityManager, EntityTarget, ObjectLiteral, Repository } from 'typeorm';
import { type Database, queryConfig, rollBack } from './database.js';
import type { IdempotencyRecords, RepeatableAsk, RepeatableRequest } from './idempotency-records.js';
import { managerRunning, type RunStatement } from './statement-runner.js';
import { codeOf, isConnectionBroken, storeFaultOf, toThrowable } from './store-fault.js';
import { Refused, type Statement, type TimeBound, type Transaction } from './transaction.js';

class OpenTransaction implements Transaction {
  private readonly onCommit = new Set<() => void>();
  private manager: EntityManager | undefined;

  constructor(
    private readonly client: PoolClient,
    private readonly dataSource: DataSource,
  ) {}

  query<Row>(statement: string | Statement, values?: readonly unknown[]): Promise<Row[]> {
    return this.client.query(queryConfig(statement, values)).then(({ rows }) => rows as Row[]);
  }

  repository<Entity extends ObjectLiteral>(entity: EntityTarget<Entity>): Repository<Entity> {
    const run: RunStatement = (text, values) => this.client.query(queryConfig(text, values));
    this.manager ??= managerRunning(this.dataSource, run, true);
    return this.manager.getRepository(entity);
  }

  afterCommit(run: () => void): void {
    this.onCommit.add(run);
  }

  /** From now on its repositories refuse: the connection is lent to others. */
  end(): void {
    void this.manager?.queryRunner?.release();
  }

  announceCommit(): void {
    for (const run of this.onCommit) run();
  }
}

const beginWithinMs = 1_000;
const conflictPauseMs = 20;

/** No transaction was begun: nothing of the work has happened, so that it may be run again. */
class NotBegun extends Error {
  constructor(readonly driverError: Error) {
    super(driverError.message);
  }
}

/**
 * One change = one transaction: its rows, its events in the outbox and the mark of its idempotency key commit
 * together. `work` may run twice, so that it touches nothing but the transaction that it is handed.
 */
export class UnitOfWork {
  constructor(
    private readonly database: Database,
    private readonly records: IdempotencyRecords,
  ) {}

  /**
   * Commits what `work` did and returns its result. A thrown error rolls back; `refuse(problem)` as the result commits
   * and is then thrown. A transaction that lost against another (40001, 40P01) is run once more; one that could not begin,
   * on the next connection.
   * @param bound of the ask that wants the change
   * @throws Problem `store.unavailable`, also when the outcome of the commit is not known; `bus.deadline` when the
   * database's clock is past the bound: nothing has happened
   */
  async run<T>(bound: TimeBound, work: (tx: Transaction) => Promise<T | Refused>): Promise<T> {
    const result = await this.commit(bound, work);
    if (result instanceof Refused) throw result.problem;
    return result;
  }

  /**
   * As {@link run}, once a key: the same (caller, operation, idempotency key) again answers what the first run
   * answered, `work` is not run; duplicates that arrive meanwhile wait for the first one. Replies are JSON.
   * A rolled-back refusal changed nothing and is not kept; one that was committed is thrown again.
   * @throws Problem `request.key_reused` when the key comes with another request
   */
  async once<T>(
    operation: Operation,
    asked: RepeatableAsk,
    request: unknown,
    work: (tx: Transaction) => Promise<T | Refused>,
  ): Promise<T> {
    return this.records.once<T>(operation, asked, request, (step) => this.commit(asked, step), work);
  }

  /**
   * As {@link once} for many requests of one operation, in one transaction. `work` is told the places of those that
   * were not handled before, and answers for each, by position, its reply or the error that refuses it. It writes
   * nothing for what it refuses: a refusal is not kept, and the others are committed. The earliest of their bounds holds
   * for all of them; when it is past, the caller tries them one by one.
   * @returns by position the reply or the refusal
   * @throws whatever kept the whole transaction from being committed: nothing of it has happened
   */
  async onceEach<T>(
    operation: Operation,
    requests: readonly RepeatableRequest[],
    work: (tx: Transaction, places: readonly number[]) => Promise<readonly (T | Error)[]>,
  ): Promise<readonly (T | Error)[]> {
    const bound = { notAfter: Math.min(...requests.map(({ asked }) => asked.notAfter)) };
    return this.records.onceEach<T>(operation, requests, (step) => this.commit(bound, step), work);
  }

  private async commit<T>(bound: TimeBound, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const giveUpAt = monotonicMs() + beginWithinMs;
    let mayRunAgain = true;
    for (;;) {
      try {
        return await this.attempt(bound, work);
      } catch (error) {
        // each try uses up one dead connection; a server that is not there fails otherwise, when it is connected to
        if (error instanceof NotBegun && monotonicMs() < giveUpAt) continue;
        if (storeFaultOf(error) !== 'conflict' || !mayRunAgain) throw toThrowable(error);
        mayRunAgain = false;
        // else it takes its first lock again before the winner has woken up, and both are where they were
        await pause(conflictPauseMs);
      }
    }
  }

  private async attempt<T>(bound: TimeBound, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const { result, tx } = await this.database.withConnection(async (client) => {
      // an idle connection may have died unnoticed with the server's restart
      await client.query('begin').catch((error: Error) => {
        throw isConnectionBroken(error) ? new NotBegun(error) : error;
      });
      const tx = new OpenTransaction(client, this.database.dataSource);
      try {
        const result = await work(tx);
        await commitBy(client, bound);
        return { result, tx };
      } catch (error) {
        await rollBack(client, error);
        throw error;
      } finally {
        tx.end();
      }
    });
    tx.announceCommit();
    return result;
  }
}

const divisionByZero = '22012';
const inFailedTransaction = '25P02';

/**
 * Commits, unless the database's clock is past the bound (guarantee G9). The check and the commit are one message: a
 * process that is frozen between two statements can commit nothing when it goes on. Of the statements of one message
 * none is run after one that failed, and what fails here is a division.
 */
async function commitBy(client: PoolClient, { notAfter }: TimeBound): Promise<void> {
  // a process that has not read the clock yet knows no time at which it may commit
  const until = Math.max(0, Math.floor(notAfter));
  const check = `select 1 / (clock_timestamp() <= to_timestamp(${until} / 1000.0))::integer; `;
  try {
    const answers: QueryResult | QueryResult[] = await client.query(
      notAfter === Number.POSITIVE_INFINITY ? 'commit' : `${check}commit`,
    );
    // PostgreSQL answers ROLLBACK, and no error, to the commit of a transaction in which a statement failed
    if ([answers].flat().at(-1)?.command === 'COMMIT') return;
  } catch (error) {
    if (codeOf(error) === divisionByZero) throw new Problem('bus.deadline', 'the change came too late', 1);
    if (codeOf(error) !== inFailedTransaction) throw error;
  }
  throw new Error('a failed statement was passed over: the transaction was rolled back');
}
