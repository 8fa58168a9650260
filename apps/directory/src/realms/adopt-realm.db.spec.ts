import { randomUUID } from 'node:crypto';
import { type adoptRealm, type RequestOf, realmSettings } from '@countersign/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asked, type OpenDirectory, openDirectory } from '../../../../test/directory/open-directory.js';
import { AdoptRealm } from './adopt-realm.js';
import { FindRealm } from './find-realm.js';

let directory: OpenDirectory;
beforeAll(async () => {
  directory = await openDirectory();
});
afterAll(async () => directory.close());

type Request = RequestOf<typeof adoptRealm>;
const adopt = (request: Request) => directory.get(AdoptRealm).run(request, asked({ caller: 'authentication' }));
const newRealm = (): Request => ({
  realmId: randomUUID(),
  realm: `r-${randomUUID().slice(0, 8)}`,
  profile: 'compat',
  settings: realmSettings.parse({}),
  settingsVersion: 1,
});
const rowOf = async ({ realmId }: Request) =>
  (await directory.administer('select * from directory.realm where id = $1', [realmId]))[0];
const withTexts = (text: string) => realmSettings.parse({ dialects: { wire: { text } } });

describe('a realm', () => {
  it('is found by its name as soon as it was adopted, and not before', async () => {
    const request = newRealm();
    await expect(directory.get(FindRealm).run(request.realm)).rejects.toMatchObject({ code: 'realm.unknown' });
    await adopt(request);
    expect(await directory.get(FindRealm).run(request.realm)).toMatchObject({ id: request.realmId, profile: 'compat' });
  });

  it('may be adopted again, which brings its settings up to date', async () => {
    const request = newRealm();
    await adopt(request);
    await adopt({ ...request, settings: realmSettings.parse({ requiredGroups: ['Staff', 'STAFF', 'Ｓtaff'] }) });
    expect(await rowOf(request)).toMatchObject({ required_group_keys: ['staff'] });
  });

  it('is not set back by older settings that arrive late', async () => {
    const request = newRealm();
    await adopt({ ...request, settings: withTexts('second'), settingsVersion: 2 });
    expect(await adopt({ ...request, settings: withTexts('first'), settingsVersion: 1 })).toEqual({});
    expect(await rowOf(request)).toMatchObject({
      settings_version: 2,
      settings: { dialects: { wire: { text: 'second' } } },
    });
  });

  it('ends at the newest of settings that arrive at once, in whatever order', async () => {
    const request = newRealm();
    await adopt(request);
    const versions = [7, 3, 9, 2, 8, 5, 4, 6];
    await Promise.all(
      versions.map((version) => adopt({ ...request, settings: withTexts(String(version)), settingsVersion: version })),
    );
    expect(await rowOf(request)).toMatchObject({
      settings_version: 9,
      settings: { dialects: { wire: { text: '9' } } },
    });
  });

  it('keeps its id, its name and its profile', async () => {
    const request = newRealm();
    await adopt(request);
    for (const other of [{ realmId: randomUUID() }, { realm: `${request.realm}x` }, { profile: 'strict' as const }]) {
      await expect(adopt({ ...request, ...other })).rejects.toMatchObject({ code: 'realm.exists' });
    }
  });
});
