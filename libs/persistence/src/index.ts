/**
 * The database of one service: its own schema, its own role, no join to another service. {@link Database} runs single
 * statements on a bounded pool; {@link UnitOfWork} runs a change and its events in one transaction, once more if it lost
 * against another. Stores are given a {@link Queryable}, which is either of the two: `repository(Entity)` for plain work,
 * `query` for SQL that is itself the guarantee.
 *
 * {@link IdempotencyRecords} makes a repeated request take effect once and answers it as before. {@link migrate} brings a
 * schema up to date under a lock; {@link assertMigrated} checks that it is. A fault that may pass becomes
 * `store.unavailable`; an error of PostgreSQL loses the values that it quotes.
 */
export { type AnswerSeal, answersInClear, type SealedAnswer } from './answer-seal.js';
export { assertPlainName, type ClassReference, openDataSource } from './data-source.js';
export { Database } from './database.js';
export { idempotencyRecordSql } from './idempotency-record-sql.js';
export { IdempotencyRecords, type RepeatableAsk, sweepIdempotencyRecords } from './idempotency-records.js';
export { type MigrateOptions, migrate, migrationName, migrationTable, revertLast, runtimeRoleOf } from './migrate.js';
export { assertMigrated } from './migration-level.js';
export { PersistenceModule, type PersistenceOptions } from './persistence.module.js';
export { messageBytes, pageBytes, readPage } from './read-page.js';
export { prepareSession, showSession } from './session.js';
export { sessionLockKey } from './session-lock.js';
export type { StoreLogger } from './sql-log.js';
export { StoreClock } from './store-clock.js';
export { violatesUnique } from './store-fault.js';
export {
  type Queryable,
  Refused,
  refuse,
  type Statement,
  type TimeBound,
  type Transaction,
  unbounded,
} from './transaction.js';
export { UnitOfWork } from './unit-of-work.js';
