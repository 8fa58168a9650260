import { setTimeout as pause } from 'node:timers/promises';
import { monotonicMs } from '@countersign/clock';
import { type DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';
import { assertPlainName, type ClassReference, openMigrating } from './data-source.js';
import { sessionLockKey } from './session-lock.js';
import type { StoreLogger } from './sql-log.js';
import { withoutValues } from './store-fault.js';

export interface MigrateOptions {
  /** Of the role that owns the schema. */
  readonly url: string;
  readonly schema: string;
  /** In their order; each has a `name` made by `migrationName`. */
  readonly migrations: readonly ClassReference[];
  readonly logger: StoreLogger;
  /** How long to wait for another replica that migrates, and for the database itself. */
  readonly waitMs?: number;
}

/** Table of applied migrations, in the schema itself. */
export const migrationTable = 'migration';
const defaultWaitMs = 60_000;

/** `migrationName(1, 'users')` -> `users-0000000000001`: TypeORM orders by the last 13 digits of a name. */
export function migrationName(number: number, intent: string): string {
  return `${intent}-${String(number).padStart(13, '0')}`;
}

/**
 * Applies what is pending, each migration in a transaction of its own, under a lock: of replicas that start together
 * one migrates and the others wait.
 * @returns names of those applied by this call
 */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  return withLockedSchema(options, async (executor, logger) => {
    const applied = await executor.executePendingMigrations();
    const names = applied.map((migration) => migration.name);
    if (names.length > 0) logger.info({ schema: options.schema, migrations: names }, 'database migrated');
    return names;
  });
}

/**
 * Takes back the migration that was applied last.
 * @returns its name, or undefined when none is applied
 */
export async function revertLast(options: MigrateOptions): Promise<string | undefined> {
  return withLockedSchema(options, async (executor) => {
    const newestFirst = (await executor.getExecutedMigrations()).sort((a, b) => b.timestamp - a.timestamp);
    const last = newestFirst[0];
    if (last !== undefined) await executor.undoLastMigration();
    return last?.name;
  });
}

/**
 * The role that a migration grants rights to, as it stands in SQL. Roles are named per installation, so that no text of a
 * migration can hold the name: the role that migrates is `<name>_owner`, and the one that runs is `<name>`.
 * @throws Error when the role that migrates has another kind of name
 */
export async function runtimeRoleOf(runner: QueryRunner): Promise<string> {
  const [found] = (await runner.query(
    `select current_user as owner, quote_ident(substring(current_user from '^(.+)_owner$')) as runtime`,
  )) as { owner: string; runtime: string | null }[];
  if (found?.runtime) return found.runtime;
  throw new Error(`role ${found?.owner} migrates, expected <name>_owner, where <name> is the role that runs`);
}

async function withLockedSchema<T>(
  options: MigrateOptions,
  work: (executor: MigrationExecutor, logger: StoreLogger) => Promise<T>,
): Promise<T> {
  assertPlainName(options.schema);
  const dataSource = await openMigrating({ ...options, startWaitMs: options.waitMs ?? defaultWaitMs }, migrationTable);
  const runner = dataSource.createQueryRunner();
  try {
    // one connection for the lock and for the migrations: neither can outlive the other
    await lock(runner, options);
    await ensureSchema(runner, options.schema);
    await runner.query(`set lock_timeout = '20s'`);
    const executor = new MigrationExecutor(dataSource, runner);
    executor.transaction = 'each';
    return await work(executor, options.logger);
  } catch (error) {
    throw withoutValues(error);
  } finally {
    await close(runner, dataSource);
  }
}

async function lock(runner: QueryRunner, options: MigrateOptions): Promise<void> {
  const giveUpAt = monotonicMs() + (options.waitMs ?? defaultWaitMs);
  const key = sessionLockKey(`migrate ${options.schema}`);
  for (;;) {
    const [row] = (await runner.query('select pg_try_advisory_lock($1) as is_mine', [key])) as { is_mine: boolean }[];
    if (row?.is_mine === true) return;
    if (monotonicMs() > giveUpAt) throw new Error(`another process has been migrating ${options.schema} for too long`);
    await pause(100);
  }
}

/** A provisioned schema exists already; a role that may make schemas makes its own. */
async function ensureSchema(runner: QueryRunner, schema: string): Promise<void> {
  const found = (await runner.query('select 1 from pg_namespace where nspname = $1', [schema])) as unknown[];
  if (found.length === 0) await runner.query(`create schema ${schema}`);
}

async function close(runner: QueryRunner, dataSource: DataSource): Promise<void> {
  await runner.release();
  // ends the connection, and the lock with it
  await dataSource.destroy();
}
