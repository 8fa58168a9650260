import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asked, type OpenDirectory, openDirectory } from '../../../../test/directory/open-directory.js';
import { CreateUser } from './create-user.js';
import { ExtendUser } from './extend-user.js';
import { ShowProfile } from './show-profile.js';

let directory: OpenDirectory;
beforeAll(async () => {
  directory = await openDirectory();
});
afterAll(async () => directory.close());

async function jane(): Promise<{ id: string; realm: string }> {
  const { name: realm } = await directory.adopt('compat', { extendedPropertyNames: { ExtProperty1: 'Badge' } });
  const id = randomUUID();
  await directory
    .get(CreateUser)
    .run({ id, realm, userId: 'jane', properties: { firstName: 'Jane' }, knowledgeBase: {} }, asked());
  return { id, realm };
}
const extend = (realm: string, extendedProperties: Record<string, string>, userId = 'JANE') =>
  directory.get(ExtendUser).run({ realm, userId, extendedProperties }, asked());
const propertiesOf = async (realm: string) =>
  (await directory.get(ShowProfile).run({ realm, userId: 'jane' })).properties;
const eventsOf = (id: string) =>
  directory.administer<{ details: unknown }>(
    `select details from directory.outbox where target ->> 'id' = $1 and type = 'directory.user.updated' order by id`,
    [id],
  );

describe('extended properties (secureauth C.1)', () => {
  it('are shown as read only, by the name that the realm gives them or by their key', async () => {
    const { id, realm } = await jane();
    expect(await extend(realm, { ExtProperty1: '17', ExtProperty2: 'Ω' })).toEqual({ id });
    expect(await propertiesOf(realm)).toEqual({
      firstName: { value: 'Jane', isWritable: true },
      ExtProperty1: { value: '17', isWritable: false, displayName: 'Badge' },
      ExtProperty2: { value: 'Ω', isWritable: false, displayName: 'ExtProperty2' },
    });
  });

  it('change where they are given, go where they are empty, and are told by name', async () => {
    const { id, realm } = await jane();
    await extend(realm, { ExtProperty1: '17', ExtProperty2: 'x', ExtProperty3: 'y' });
    await extend(realm, { ExtProperty1: '18', ExtProperty3: '', ExtProperty4: '' });
    expect(Object.keys(await propertiesOf(realm)).sort()).toEqual(['ExtProperty1', 'ExtProperty2', 'firstName']);
    expect(await eventsOf(id)).toEqual([
      { details: { set: ['ExtProperty1', 'ExtProperty2', 'ExtProperty3'], cleared: [] } },
      { details: { set: ['ExtProperty1'], cleared: ['ExtProperty3'] } },
    ]);
  });

  it('that are there already are no event', async () => {
    const { id, realm } = await jane();
    await extend(realm, { ExtProperty1: '17' });
    await extend(realm, { ExtProperty1: '17', ExtProperty9: '' });
    expect(await eventsOf(id)).toHaveLength(1);
  });

  it('are at most a hundred', async () => {
    const { realm } = await jane();
    const some = (from: number, count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`ExtProperty${from + index}`, 'x']));
    await extend(realm, some(1, 100));
    await expect(extend(realm, some(101, 1))).rejects.toMatchObject({ code: 'request.malformed' });
    await extend(realm, { ExtProperty1: '', ...some(101, 1) });
    expect(Object.keys(await propertiesOf(realm))).toHaveLength(101);
  });

  it('are not lost to others of the same moment', async () => {
    const { realm } = await jane();
    const keys = Array.from({ length: 10 }, (_, index) => `ExtProperty${index + 1}`);
    await Promise.all(keys.map((key) => extend(realm, { [key]: key })));
    const properties = await propertiesOf(realm);
    for (const key of keys) expect(properties[key]?.value).toBe(key);
  });

  it('of nobody are refused', async () => {
    const { realm } = await jane();
    await expect(extend(realm, { ExtProperty1: 'x' }, 'nobody')).rejects.toMatchObject({ code: 'user.unknown' });
    await expect(extend('no-such-realm', {})).rejects.toMatchObject({ code: 'realm.unknown' });
  });
});
