import { databaseWithRoles, type ServiceTestDatabase, testLogger } from '@countersign/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  assertMigrated,
  type ClassReference,
  Database,
  migrate,
  migrationName,
  openDataSource,
  revertLast,
  runtimeRoleOf,
} from './index.js';
import { migrationLevel } from './migration-level.js';

class Things implements MigrationInterface {
  readonly name = migrationName(1, 'things');
  async up(runner: QueryRunner): Promise<void> {
    // slow enough for replicas to meet
    await runner.query('select pg_sleep(0.2)');
    await runner.query('create table directory.thing (id int)');
    await runner.query(`grant select on directory.migration to ${await runtimeRoleOf(runner)}`);
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table directory.thing');
  }
}
class Names implements MigrationInterface {
  readonly name = migrationName(2, 'names');
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table directory.thing add name text');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table directory.thing drop name');
  }
}
class Broken implements MigrationInterface {
  readonly name = migrationName(3, 'broken');
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table directory.half (id int)');
    await runner.query('select 1/0');
  }
  async down(): Promise<void> {}
}

let test: ServiceTestDatabase;
const logger = testLogger();
const run = (...migrations: ClassReference[]) =>
  migrate({ url: test.ownerUrl, schema: 'directory', migrations, logger });

async function asRuntime<T>(work: (database: Database) => Promise<T>): Promise<T> {
  const dataSource = await openDataSource({
    url: test.runtimeUrl,
    schema: 'directory',
    entities: [],
    poolSize: 1,
    statementTimeoutMs: 2_000,
    logger,
  });
  return work(new Database(dataSource, 10)).finally(() => dataSource.destroy());
}

beforeEach(async () => {
  test = await databaseWithRoles('directory');
});
afterEach(() => test.drop());

describe('migrations', () => {
  it('are applied in their order, once', async () => {
    expect(await run(Things, Names)).toEqual(['things-0000000000001', 'names-0000000000002']);
    expect(await run(Things, Names)).toEqual([]);
  });

  it('are applied once when five replicas start together', async () => {
    const applied = await Promise.all(Array.from({ length: 5 }, () => run(Things, Names)));
    expect(applied.flat().sort()).toEqual(['names-0000000000002', 'things-0000000000001']);
  });

  it('leave nothing of one that fails, and keep those before it', async () => {
    await expect(run(Things, Broken)).rejects.toThrow('22012');
    expect(await asRuntime((database) => database.query(`select to_regclass('directory.half') as half`))).toEqual([
      { half: null },
    ]);
    expect(await run(Things, Names)).toEqual(['names-0000000000002']);
  });

  it('are taken back one by one, the newest first', async () => {
    await run(Things, Names);
    const options = { url: test.ownerUrl, schema: 'directory', migrations: [Things, Names], logger };
    expect(await revertLast(options)).toBe('names-0000000000002');
    expect(await revertLast(options)).toBe('things-0000000000001');
    expect(await revertLast(options)).toBeUndefined();
  });
});

describe('a service without the owner', () => {
  it('refuses to start on a database that was never migrated', async () => {
    const check = asRuntime((database) => assertMigrated(database, 'directory', [Things]));
    await expect(check).rejects.toThrow(/lacks 1 migrations \(things-0000000000001\).*DATABASE_OWNER_URL/);
  });

  it('refuses to start behind its migrations, and names them', async () => {
    await run(Things);
    const check = asRuntime((database) => assertMigrated(database, 'directory', [Things, Names]));
    await expect(check).rejects.toThrow('names-0000000000002');
  });

  it('starts on a database that is ahead', async () => {
    await run(Things, Names);
    await asRuntime((database) => assertMigrated(database, 'directory', [Things]));
    expect(await asRuntime((database) => migrationLevel(database, 'directory', [Things]))).toEqual({
      pending: [],
      unknown: ['names-0000000000002'],
    });
  });
});
