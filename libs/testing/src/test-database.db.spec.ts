import { describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { addServiceTo, databaseWithRoles, freshDatabase, type ServiceTestDatabase } from './index.js';

async function ask(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client
    .query(text)
    .then(({ rows }) => rows)
    .finally(() => client.end());
}

async function withDatabase(work: (database: ServiceTestDatabase) => Promise<void>): Promise<void> {
  const database = await databaseWithRoles('directory');
  await work(database).finally(() => database.drop());
}

describe('a fresh database', () => {
  it('is empty and its own', async () => {
    const [first, second] = await Promise.all([freshDatabase(), freshDatabase()]);
    await ask(first.url, 'create table thing (id int)');
    await expect(ask(second.url, 'select * from thing')).rejects.toThrow('does not exist');
    await Promise.all([first.drop(), second.drop()]);
    await expect(ask(first.url, 'select 1')).rejects.toThrow('does not exist');
  });

  it('is dropped though a client is connected', async () => {
    const { url, drop } = await freshDatabase();
    const client = new Client({ connectionString: url });
    const ended = new Promise((resolve) => client.on('error', resolve));
    await client.connect();
    await drop();
    await ended;
  });
});

describe("a service's database", () => {
  it('lets the owner make tables in the schema of the service, found without naming it', () =>
    withDatabase(async ({ ownerUrl }) => {
      await ask(ownerUrl, 'create table thing (id int)');
      const [row] = await ask(ownerUrl, `select schemaname, tableowner from pg_tables where tablename = 'thing'`);
      expect(row).toEqual({ schemaname: 'directory', tableowner: new URL(ownerUrl).username });
    }));

  it('gives the runtime role what the owner grants and nothing more', () =>
    withDatabase(async ({ ownerUrl, runtimeUrl }) => {
      await ask(ownerUrl, `create table thing (id int); grant select on thing to ${new URL(runtimeUrl).username}`);
      expect(await ask(runtimeUrl, 'select * from thing')).toEqual([]);
      await expect(ask(runtimeUrl, 'insert into thing values (1)')).rejects.toThrow('permission denied');
      await expect(ask(runtimeUrl, 'create table other (id int)')).rejects.toThrow('permission denied');
      await expect(ask(runtimeUrl, 'create table public.other (id int)')).rejects.toThrow('permission denied');
      await expect(ask(runtimeUrl, 'create temp table other (id int)')).rejects.toThrow('permission denied');
      await expect(ask(runtimeUrl, 'create role somebody')).rejects.toThrow('permission denied');
    }));

  it('shows one service nothing of another', () =>
    withDatabase(async (database) => {
      await ask(database.ownerUrl, 'create table thing (id int)');
      const other = await addServiceTo(database, 'audit');
      for (const url of [other.ownerUrl, other.runtimeUrl]) {
        await expect(ask(url, 'select * from directory.thing')).rejects.toThrow('permission denied');
      }
    }));

  it('may be made again, and by many at once', async () => {
    const databases = await Promise.all(Array.from({ length: 5 }, () => databaseWithRoles('factors')));
    await Promise.all(databases.map((database) => addServiceTo(database, 'factors')));
    await Promise.all(databases.map(({ runtimeUrl }) => ask(runtimeUrl, 'select 1')));
    await Promise.all(databases.map(({ drop }) => drop()));
  });
});
