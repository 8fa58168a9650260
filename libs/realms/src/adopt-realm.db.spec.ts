import { randomUUID } from 'node:crypto';
import { type AdoptRealmOperation, adoptRealmIn, type RequestOf, realmSettings } from '@countersign/contracts';
import { createServiceTables } from '@countersign/hosting';
import {
  answersInClear,
  Database,
  IdempotencyRecords,
  migrate,
  openDataSource,
  UnitOfWork,
} from '@countersign/persistence';
import { databaseWithRoles, type ServiceTestDatabase, testLogger } from '@countersign/testing';
import { asked } from '@countersign/testing/service';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { AdoptRealm, FindRealm, type RealmColumns } from './index.js';
import { RealmStore } from './realm.store.js';

const realmColumns: RealmColumns = {
  group_count: { sql: 'integer not null default 0', derive: ({ requiredGroups }) => requiredGroups.length },
  group_names: { sql: `text[] not null default '{}'`, derive: ({ requiredGroups }) => requiredGroups },
};

let place: ServiceTestDatabase;
let dataSource: DataSource;
let database: Database;
let findRealm: FindRealm;
let adoptRealm: AdoptRealm;

beforeAll(async () => {
  place = await databaseWithRoles('directory');
  const shared = { schema: 'directory', logger: testLogger() };
  const migrations = [createServiceTables(1, 'directory', { realmColumns })];
  await migrate({ ...shared, url: place.ownerUrl, migrations });
  dataSource = await openDataSource({
    ...shared,
    url: place.runtimeUrl,
    entities: [],
    poolSize: 8,
    statementTimeoutMs: 5_000,
  });
  database = new Database(dataSource, 500);
  const unit = new UnitOfWork(database, new IdempotencyRecords(answersInClear));
  const realms = new RealmStore(database, realmColumns);
  findRealm = new FindRealm(realms);
  adoptRealm = new AdoptRealm(adoptRealmIn.directory, realms, unit);
});
afterAll(async () => {
  await dataSource.destroy();
  await place.drop();
});

type Request = RequestOf<AdoptRealmOperation>;
const adopt = (request: Request) => adoptRealm.adopt(request, asked({ caller: 'authentication' }));
const newRealm = (): Request => ({
  realmId: randomUUID(),
  realm: `r-${randomUUID().slice(0, 8)}`,
  profile: 'compat',
  settings: realmSettings.parse({}),
  settingsVersion: 1,
});
const rowOf = async ({ realmId }: Request) => (await database.query('select * from realm where id = $1', [realmId]))[0];
const requiring = (...requiredGroups: string[]) => realmSettings.parse({ requiredGroups });

describe('a realm', () => {
  it('is found by its name as soon as it was adopted, and not before', async () => {
    const request = newRealm();
    await expect(findRealm.find(request.realm)).rejects.toMatchObject({ code: 'realm.unknown' });
    await adopt(request);
    expect(await findRealm.find(request.realm)).toEqual({
      id: request.realmId,
      name: request.realm,
      profile: 'compat',
    });
  });

  it('may be adopted again, which brings its settings up to date, and what the service derives from them', async () => {
    const request = newRealm();
    await adopt(request);
    await adopt({ ...request, settings: requiring('Staff', 'Guests') });
    expect(await rowOf(request)).toMatchObject({ group_count: 2, group_names: ['Staff', 'Guests'] });
    await adopt(request);
    expect(await rowOf(request)).toMatchObject({ group_count: 0, group_names: [] });
  });

  it('is not set back by older settings that arrive late', async () => {
    const request = newRealm();
    await adopt({ ...request, settings: requiring('second'), settingsVersion: 2 });
    expect(await adopt({ ...request, settings: requiring('first'), settingsVersion: 1 })).toEqual({});
    expect(await rowOf(request)).toMatchObject({ settings_version: 2, settings: { requiredGroups: ['second'] } });
  });

  it('ends at the newest of settings that arrive at once, in whatever order', async () => {
    const request = newRealm();
    await adopt(request);
    const versions = [7, 3, 9, 2, 8, 5, 4, 6];
    await Promise.all(
      versions.map((version) => adopt({ ...request, settings: requiring(String(version)), settingsVersion: version })),
    );
    expect(await rowOf(request)).toMatchObject({ settings_version: 9, settings: { requiredGroups: ['9'] } });
  });

  it('keeps what a newer program has put into its settings', async () => {
    const request = newRealm();
    const settings = { ...realmSettings.parse({}), addedLater: { by: 'a newer program' } };
    await adopt({ ...request, settings });
    expect(await rowOf(request)).toMatchObject({ settings: { addedLater: { by: 'a newer program' } } });
  });

  it('keeps its id, its name and its profile', async () => {
    const request = newRealm();
    await adopt(request);
    for (const other of [{ realmId: randomUUID() }, { realm: `${request.realm}x` }, { profile: 'strict' as const }]) {
      await expect(adopt({ ...request, ...other })).rejects.toMatchObject({ code: 'realm.exists' });
    }
  });
});
