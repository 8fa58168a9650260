import { assertMigrated, Database, openDataSource, revertLast } from '@countersign/persistence';
import { databaseWithRoles, entityDrift, type ServiceTestDatabase, testLogger } from '@countersign/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { administer, migrateAuthentication } from '../../../../test/authentication/open-authentication.js';
import { entities } from '../entities.js';
import { migrations } from './migrations.js';

let place: ServiceTestDatabase;
let dataSource: DataSource;
beforeAll(async () => {
  place = await databaseWithRoles('authentication');
  await Promise.all([1, 2, 3].map(() => migrateAuthentication(place.ownerUrl)));
  dataSource = await openDataSource({
    url: place.runtimeUrl,
    schema: 'authentication',
    entities,
    poolSize: 2,
    statementTimeoutMs: 5_000,
    logger: testLogger(),
  });
});
afterAll(async () => {
  await dataSource.destroy();
  await place.drop();
});

describe('the schema of authentication', () => {
  it('is what the entities say', async () => {
    expect(await entityDrift(dataSource)).toEqual([]);
  });

  it('is seen to be up to date by the role that runs', async () => {
    await assertMigrated(new Database(dataSource, 10), 'authentication', migrations);
  });

  it.each([
    ['delete', 'realm'],
    ['delete', 'application'],
    ['delete', 'claim_store'],
    ['update', 'claim'],
    ['update', 'claim_ahead'],
    ['delete', 'outbox'],
    ['truncate', 'claim'],
  ])('does not let the role that runs %s from %s', async (right, table) => {
    const [row] = await administer<{ can: boolean }>(
      place.url,
      `select has_table_privilege($1, 'authentication.' || $2, $3) as can`,
      [new URL(place.runtimeUrl).username, table, right],
    );
    expect(row?.can).toBe(false);
  });

  it.each([
    ['claim', 'u'],
    ['claim_epoch', 'u'],
    ['claim_ahead', 'p'],
    ['claim_store', 'p'],
  ])('keeps %s as guarantee G1 needs it: u forgets after a crash, p does not', async (table, persistence) => {
    const rows = await administer(place.url, 'select relpersistence as kind from pg_class where oid = $1::regclass', [
      `authentication.${table}`,
    ]);
    expect(rows).toEqual([{ kind: persistence }]);
  });

  it('has no way at all to erase values of events: nothing here does', async () => {
    const functions = await administer<{ name: string }>(
      place.url,
      `select proname as name from pg_proc where pronamespace = 'authentication'::regnamespace`,
    );
    expect(functions).not.toContainEqual({ name: 'erase_personal' });
  });

  it('can be taken back and made again', async () => {
    const options = { url: place.ownerUrl, schema: 'authentication', migrations, logger: testLogger() };
    for (const _ of migrations) await revertLast(options);
    expect(await migrateAuthentication(place.ownerUrl)).toHaveLength(migrations.length);
    expect(await entityDrift(dataSource)).toEqual([]);
  });
});
