import { randomUUID } from 'node:crypto';
import type { Actor } from '@countersign/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asked, type OpenDirectory, openDirectory } from '../../../../test/directory/open-directory.js';
import { CreateUser } from './create-user.js';
import { ShowProfile } from './show-profile.js';
import { UpdateUser } from './update-user.js';

let directory: OpenDirectory;
beforeAll(async () => {
  directory = await openDirectory();
});
afterAll(async () => directory.close());

type Properties = Record<string, string>;
const application: Actor = { kind: 'application', id: 'a' };
const operator: Actor = { kind: 'operator', id: 'o' };
const readOnlyProperties = ['email1', 'pinHash'];

const create = (realm: string, properties: Properties, actor: Actor) =>
  directory
    .get(CreateUser)
    .run({ id: randomUUID(), realm, userId: 'jane', properties, knowledgeBase: {} }, asked({ actor }));
const update = (realm: string, properties: Properties, actor: Actor) =>
  directory.get(UpdateUser).run({ realm, userId: 'jane', properties, knowledgeBase: {} }, asked({ actor }));
const show = (realm: string) => directory.get(ShowProfile).run({ realm, userId: 'jane' });

async function jane(profile: 'compat' | 'strict' = 'compat'): Promise<string> {
  const { name } = await directory.adopt(profile, { readOnlyProperties });
  await create(name, { firstName: 'Jane', email1: 'jane@example.com' }, operator);
  return name;
}

describe('a property that applications may only read', () => {
  it.each([application, { kind: 'user', id: 'u' }, { kind: 'service', id: 's' }] as const)(
    'is not changed, cleared or set by %j, and nothing beside it is',
    async (actor) => {
      const realm = await jane();
      for (const [key, value] of [
        ['email1', 'x@example.com'],
        ['email1', ''],
        ['pinHash', '1'],
      ] as const) {
        const changes = { firstName: 'Joan', [key]: value };
        await expect(update(realm, changes, actor)).rejects.toMatchObject({ code: 'user.property_read_only' });
      }
      const { properties } = await show(realm);
      expect([properties.firstName?.value, properties.email1?.value]).toEqual(['Jane', 'jane@example.com']);
    },
  );

  it('is no obstacle to sending back what is there, or to clearing what is empty', async () => {
    const realm = await jane();
    await update(realm, { firstName: 'Joan', email1: 'jane@example.com', pinHash: '' }, application);
    expect((await show(realm)).properties.firstName?.value).toBe('Joan');
  });

  it('of which a value cannot be compared counts as changed by whatever is given', async () => {
    const realm = await jane('strict');
    await update(realm, { pinHash: '4711' }, operator);
    await expect(update(realm, { pinHash: '4711' }, application)).rejects.toMatchObject({
      code: 'user.property_read_only',
    });
  });

  it('is not given at a creation by an application', async () => {
    const { id, name } = await directory.adopt('compat', { readOnlyProperties });
    const properties = { firstName: 'Jane', email1: 'jane@example.com' };
    await expect(create(name, properties, application)).rejects.toMatchObject({ code: 'user.property_read_only' });
    expect(await directory.administer('select 1 from directory.user where realm_id = $1', [id])).toEqual([]);
    await create(name, { firstName: 'Jane', pinHash: '' }, application);
  });

  it('is written by operators', async () => {
    const realm = await jane();
    await update(realm, { email1: 'joan@example.com', pinHash: '1' }, operator);
    expect((await show(realm)).properties.email1?.value).toBe('joan@example.com');
  });

  it('is shown as one that is not writable, the others as writable', async () => {
    const realm = await jane();
    await update(realm, { pinHash: '1' }, operator);
    const { properties } = await show(realm);
    expect(Object.entries(properties).map(([key, { isWritable }]) => [key, isWritable])).toEqual(
      expect.arrayContaining([
        ['firstName', true],
        ['email1', false],
        ['pinHash', false],
      ]),
    );
  });

  it('is one by the settings of its own realm', async () => {
    await jane();
    const { name } = await directory.adopt();
    await create(name, { email1: 'jane@example.com' }, application);
    await update(name, { email1: 'joan@example.com' }, application);
    expect((await show(name)).properties.email1).toEqual({ value: 'joan@example.com', isWritable: true });
  });
});
