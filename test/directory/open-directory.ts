import { randomUUID } from 'node:crypto';
import { type RealmSettings, realmSettings } from '@countersign/contracts';
import { AdoptRealm } from '@countersign/realms';
import { asked, type OpenService, openService, serviceDatabase } from '@countersign/testing/service';
import { afterAll, beforeAll } from '@jest/globals';
import { Client } from 'pg';
import { directory } from '../../apps/directory/src/service.js';

export { asked, only } from '@countersign/testing/service';

export interface OpenDirectory extends OpenService {
  /** As the superuser, with the tables of the service in sight: for what no operation does. */
  administer<Row>(sql: string, values?: unknown[]): Promise<Row[]>;
  /** Makes a realm known and answers its name. */
  adopt(profile?: 'compat' | 'strict', settings?: Partial<RealmSettings>): Promise<{ id: string; name: string }>;
  /** One more on the same database, with the same keys. */
  replica(): Promise<OpenDirectory>;
}

/** The directory on a database of its own. */
export async function openDirectory(poolSize = 8): Promise<OpenDirectory> {
  const place = await serviceDatabase(directory);
  const environment = { DATABASE_POOL_SIZE: `${poolSize}` };
  const service = await openService(directory, place.runtimeUrl, { environment });
  const administrator = new Client({ connectionString: place.url, options: '-c search_path=directory' });
  await administrator.connect();
  const opened: OpenDirectory = {
    ...service,
    administer: async (sql, values = []) => (await administrator.query(sql, values)).rows,
    adopt: async (profile = 'compat', settings = {}) => {
      const realm = { id: randomUUID(), name: `r-${randomUUID().slice(0, 8)}` };
      const known = { realmId: realm.id, realm: realm.name, profile, settingsVersion: 1 };
      await service.get(AdoptRealm).adopt({ ...known, settings: realmSettings.parse(settings) }, asked());
      return realm;
    },
    replica: async () => {
      const { keyRing } = service;
      return { ...opened, ...(await openService(directory, place.runtimeUrl, { environment, keyRing })) };
    },
    close: async () => {
      await administrator.end();
      await service.close();
      await place.drop();
    },
  };
  return opened;
}

/** Opens a directory before the specs of a file and closes it after them. It can be used from the first `it` on. */
export function specDirectory(): OpenDirectory {
  const opened = {} as OpenDirectory;
  beforeAll(async () => Object.assign(opened, await openDirectory()));
  afterAll(() => opened.close());
  return opened;
}
