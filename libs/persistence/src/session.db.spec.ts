import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { databaseWithRoles, type ServiceTestDatabase, testLogger } from '@countersign/testing';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { Database, openDataSource } from './index.js';
import { assertKeepsSessions, prepareSession, showSession } from './session.js';

let place: ServiceTestDatabase;
const said: { reason?: string }[] = [];
const logger = { ...testLogger(), warn: (fields: object) => void said.push(fields) };

const open = (url: string, startWaitMs = 0) =>
  openDataSource({
    url,
    schema: 'directory',
    entities: [],
    poolSize: 1,
    statementTimeoutMs: 5_000,
    connectTimeoutMs: 5_000,
    startWaitMs,
    logger,
  });

async function administer(...statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: place.url });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

beforeAll(async () => {
  place = await databaseWithRoles('directory');
});
afterAll(async () => {
  await place.drop();
});

/** Each is a default that an operator may have set for the server, and that would change what a statement means or costs. */
const hostile = {
  bytea_output: 'escape',
  client_encoding: 'LATIN1',
  datestyle: 'SQL, DMY',
  default_transaction_deferrable: 'on',
  default_transaction_isolation: 'serializable',
  default_transaction_read_only: 'on',
  enable_seqscan: 'on',
  idle_in_transaction_session_timeout: '7s',
  idle_session_timeout: '7s',
  intervalstyle: 'iso_8601',
  jit: 'on',
  lock_timeout: '7s',
  plan_cache_mode: 'force_custom_plan',
  search_path: 'public',
  statement_timeout: '3s',
  synchronous_commit: 'off',
  timezone: 'Asia/Kathmandu',
};

describe('a session of a service', () => {
  it('has the settings that its statements rely on, whatever the defaults of the server are', async () => {
    const other = await databaseWithRoles('directory');
    const name = new URL(other.url).pathname.slice(1);
    await administer(
      ...Object.entries(hostile).map(([key, value]) => `alter database ${name} set ${key} = '${value}'`),
    );
    const dataSource = await open(other.runtimeUrl);
    const rows = await new Database(dataSource, 10).query<{ name: string; setting: string }>(
      'select lower(name) as name, setting from pg_settings where lower(name) = any ($1)',
      [Object.keys(hostile)],
    );
    await dataSource.destroy();
    await other.drop();
    expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toEqual({
      bytea_output: 'hex',
      client_encoding: 'UTF8',
      datestyle: 'ISO, MDY',
      default_transaction_deferrable: 'off',
      default_transaction_isolation: 'read committed',
      default_transaction_read_only: 'off',
      enable_seqscan: 'off',
      idle_in_transaction_session_timeout: '3000',
      idle_session_timeout: '0',
      intervalstyle: 'postgres',
      jit: 'off',
      lock_timeout: '0',
      plan_cache_mode: 'force_generic_plan',
      search_path: 'directory,pg_temp',
      statement_timeout: '5000',
      synchronous_commit: 'on',
      timezone: 'UTC',
    });
  });

  it('shows which setting a pooler has lost', async () => {
    const dataSource = await open(place.runtimeUrl);
    const database = new Database(dataSource, 10);
    const found = async () => {
      const { version, differing } = await showSession(database, 'directory');
      expect(version).toMatch(/^\d+/);
      // the server of the specs gives up safety for speed
      return differing.filter(({ name }) => name !== 'fsync');
    };
    expect(await found()).toEqual([]);
    await database.query('set jit = on');
    expect(await found()).toEqual([{ name: 'jit', found: 'on', expected: 'off' }]);
    await dataSource.destroy();
  });

  it('asks nothing of a pooler when it connects: names, and the encoding that poolers know', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const received = new Promise<Buffer>((resolve) => {
      server.on('connection', (socket) => socket.once('data', (data: Buffer) => socket.destroy() && resolve(data)));
    });
    const { port } = server.address() as AddressInfo;
    await expect(open(`postgres://who:x@127.0.0.1:${port}/where`)).rejects.toThrow('Connection terminated');
    // length and version of the protocol, then names and values, each with a zero byte behind it
    const words = (await received).subarray(8).toString().split('\0');
    expect(words.filter((word, index) => index % 2 === 0 && word !== '')).toEqual([
      'user',
      'database',
      'application_name',
      'client_encoding',
    ]);
    server.close();
  });

  it('does not begin on a database of another encoding', async () => {
    const other = `${new URL(place.url).pathname.slice(1)}_ascii`;
    await administer(`create database ${other} encoding 'SQL_ASCII' locale 'C' template template0`);
    const url = new URL(place.url);
    url.pathname = other;
    await expect(open(url.href, 60_000)).rejects.toThrow('the database has the encoding SQL_ASCII, expected UTF8');
    await administer(`drop database ${other}`);
  });

  it('does not begin behind a pooler that gives two clients one session of the server', async () => {
    const query = async () => ({ rows: [{ pid: 4711 }] });
    const release = jest.fn();
    const pool = { connect: async () => ({ query, release }) } as unknown as pg.Pool;
    await expect(assertKeepsSessions(pool)).rejects.toThrow('expected pool_mode = session');
    expect(release).toHaveBeenCalledTimes(2);
  });

  it.each([
    [{ isStandby: true }, { code: '25006', message: 'the server is a standby, which takes no changes' }],
    [{ major: 14, version: '14.9' }, { message: 'PostgreSQL 14.9 is too old: expected 15 or newer' }],
  ])('does not begin on %j', async (found, refusal) => {
    const server = { isStandby: false, version: '18.1', major: 18, encoding: 'UTF8', ...found };
    const client = { query: async () => ({ rows: [server] }) } as unknown as pg.Client;
    await expect(prepareSession(client, 'directory')).rejects.toMatchObject(refusal);
  });
});

describe('a refused log-in', () => {
  const alterRole = (change: string) => {
    const role = new URL(place.runtimeUrl).username;
    return administer(
      `alter role ${role} ${change}`,
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = '${role}'`,
    );
  };
  const changePassword = (password: string) => alterRole(`password '${password}'`);

  it('of a service that runs is an unavailable store, with a line in the log, until it is let in again', async () => {
    const source = await open(place.runtimeUrl);
    const database = new Database(source, 10, logger);
    await changePassword('of another');
    said.length = 0;
    // the first may meet the connection that was ended
    await database.query('select 1').catch(() => undefined);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await expect(database.query('select 1')).rejects.toMatchObject({ code: 'store.unavailable' });
    }
    const refusal = `password authentication failed for user "${new URL(place.runtimeUrl).username}"`;
    expect(said.filter(({ reason }) => reason === refusal)).toHaveLength(1);
    await changePassword(new URL(place.runtimeUrl).password);
    expect(await database.query('select 1 as id')).toEqual([{ id: 1 }]);
    await source.destroy();
  });

  it('for want of connections says that none is left', async () => {
    const source = await open(place.runtimeUrl);
    const database = new Database(source, 10, logger);
    await alterRole('connection limit 0');
    // the first may meet the connection that was ended
    await database.query('select 1').catch(() => undefined);
    await expect(database.query('select 1')).rejects.toMatchObject({
      code: 'store.unavailable',
      detail: 'postgresql has no connection left (53300)',
    });
    await alterRole('connection limit -1');
    await source.destroy();
  });

  it('at a start ends it at once, with the reason and the setting', async () => {
    const url = new URL(place.runtimeUrl);
    url.password = 'wrong';
    await expect(open(url.href, 60_000)).rejects.toThrow(
      `PostgreSQL at ${url.host}${url.pathname} (DATABASE_URL): password authentication failed for user`,
    );
  });
});
