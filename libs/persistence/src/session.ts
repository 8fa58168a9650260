import type { ClientBase, Pool, QueryConfig } from 'pg';
import type { Queryable } from './transaction.js';

/** Settings of a session by name. */
export type SessionSettings = Readonly<Record<string, string>>;

/** What every session of ours has, whatever the server, the database or the role have as their defaults. */
const common: SessionSettings = {
  // how values travel
  client_encoding: 'UTF8',
  datestyle: 'ISO, MDY',
  intervalstyle: 'postgres',
  bytea_output: 'hex',
  standard_conforming_strings: 'on',
  timezone: 'UTC',
  // what a transaction is: statements that wait for a lock and then read rely on a snapshot of their own
  default_transaction_isolation: 'read committed',
  default_transaction_read_only: 'off',
  default_transaction_deferrable: 'off',
  // the statement timeout bounds waits for locks; ends of idle sessions are the pool's to decide
  lock_timeout: '0',
  idle_session_timeout: '0',
  transaction_timeout: '0',
  // To compile a plan takes 100 ms and more, and a statement of ours less than one. PostgreSQL before 18 gives a scan that
  // `enable_seqscan` forbids a cost of 1e10, far above `jit_above_cost`: it would compile such a plan at each execution.
  jit: 'off',
};

/** What sessions that serve requests have beyond that. */
export const servingSettings: SessionSettings = {
  // A batch of few keys would be planned anew at each call (0.3 ms, more than the read itself), since the planner takes
  // ten for the length of an array that it does not know. Ours find rows by key, whatever the values are.
  plan_cache_mode: 'force_generic_plan',
  // A plan that was made while a table was nearly empty reads all of it, and a session keeps such plans, those of foreign
  // keys too, until statistics are taken: an import into a new database would read every row for each row. None of our
  // statements is better off with all rows of a table.
  enable_seqscan: 'off',
};

const PREPARED_WITHIN_MS = 5_000;

/** Oldest PostgreSQL that our SQL is written for. */
const OLDEST_VERSION = 15;

/**
 * Refuses a pooler that lends a connection of the server for one transaction: settings, locks and prepared statements belong
 * to a session. Such a pooler gives the one connection that is free to each of two clients in turn.
 */
export async function assertKeepsSessions(pool: Pool): Promise<void> {
  const first = await pool.connect();
  try {
    const second = await pool.connect();
    try {
      if ((await backendOf(first)) !== (await backendOf(second))) return;
    } finally {
      second.release();
    }
  } finally {
    first.release();
  }
  throw new Error('the pooler in front of PostgreSQL lends a connection per transaction, expected pool_mode = session');
}

async function backendOf(client: ClientBase): Promise<number | undefined> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return rows[0]?.pid;
}

function expectedIn(schema: string): SessionSettings {
  // pg_temp last: else a table of that name in the session's own schema would come first
  return { search_path: `${schema},pg_temp`, ...common };
}

/**
 * Puts the settings in force and looks where the session leads. They are set by a statement, after connecting: startup
 * parameters would be refused or dropped by a pooler in front, and settings of a role would need an administrator.
 * `synchronous_commit` is raised where it is off: guarantees G1 and G3 rest on commits that are on the disk. A setting
 * that a version of PostgreSQL does not know is passed over.
 *
 * @throws Error with a code that counts as unavailability when the server is a standby; else one that waiting cannot cure
 */
export async function prepareSession(client: ClientBase, schema: string, own: SessionSettings = {}): Promise<void> {
  const settings = { ...expectedIn(schema), synchronous_commit: 'on', ...own };
  const statement: QueryConfig & { readonly query_timeout: number } = {
    text: `select pg_is_in_recovery() as "isStandby", current_setting('server_version') as version,
       current_setting('server_version_num')::integer / 10000 as major, current_setting('server_encoding') as encoding,
       (select count(set_config(wanted.name, value, false)) from json_each_text($1) as wanted (name, value)
        join pg_settings as known on lower(known.name) = wanted.name
        where known.name <> 'synchronous_commit' or setting = 'off') as settings`,
    values: [JSON.stringify(settings)],
    // also where a session may take its time afterwards
    query_timeout: PREPARED_WITHIN_MS,
  };
  const { rows } = await client.query(statement);
  const [server] = rows as { isStandby: boolean; version: string; major: number; encoding: string }[];
  if (server === undefined) return;
  if (server.major < OLDEST_VERSION) {
    throw new Error(`PostgreSQL ${server.version} is too old: expected ${OLDEST_VERSION} or newer`);
  }
  if (server.encoding !== 'UTF8') {
    const mend = `make it anew: create database … encoding 'UTF8' locale_provider libc locale 'C' template template0`;
    throw new Error(`the database has the encoding ${server.encoding}, expected UTF8: ${mend}`);
  }
  if (server.isStandby)
    throw Object.assign(new Error('the server is a standby, which takes no changes'), { code: '25006' });
}

/** What a session that serves is found to have. */
export interface FoundSession {
  /** Of its server. */
  readonly version: string;
  /** What the server's clock shows, milliseconds since the epoch. */
  readonly clockMs: number;
  /** Each setting that is not as expected. */
  readonly differing: { name: string; found: string; expected: string }[];
}

export async function showSession(database: Queryable, schema: string): Promise<FoundSession> {
  // fsync is the server's: guarantees G1 and G3 rest on it as on synchronous_commit
  const expected = { ...expectedIn(schema), ...servingSettings, fsync: 'on' };
  const [row] = await database.query<FoundSession>(
    `select current_setting('server_version') as version,
       (extract(epoch from clock_timestamp()) * 1000)::float8 as "clockMs",
       coalesce((select json_agg(json_build_object('name', wanted.name, 'found', setting, 'expected', value))
         from json_each_text($1) as wanted (name, value) join pg_settings as known on lower(known.name) = wanted.name
         where setting <> value), '[]') as differing`,
    [JSON.stringify(expected)],
  );
  if (row === undefined) throw new Error('the database answered without a row');
  return row;
}
