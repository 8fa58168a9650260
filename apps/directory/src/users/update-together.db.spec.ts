import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asked, type OpenDirectory, openDirectory } from '../../../../test/directory/open-directory.js';
import { CreateUser } from './create-user.js';
import { RenameUser } from './rename-user.js';
import { ShowProfile } from './show-profile.js';
import { UpdateUser } from './update-user.js';

let directory: OpenDirectory;
beforeAll(async () => {
  directory = await openDirectory();
});
afterAll(async () => directory.close());

async function realmWith(...userIds: readonly string[]): Promise<string> {
  const { name: realm } = await directory.adopt('compat', { readOnlyProperties: ['auxId10'] });
  for (const userId of userIds) {
    const user = { id: randomUUID(), realm, userId, properties: { pinHash: '4711' }, knowledgeBase: {} };
    await directory.get(CreateUser).run(user, asked());
  }
  return realm;
}
const update = (realm: string, userId: string, properties: Record<string, string>, context = asked()) =>
  directory.get(UpdateUser).run({ realm, userId, properties, knowledgeBase: {} }, context);
const propertyOf = async (realm: string, userId: string, key: string) =>
  (await directory.get(ShowProfile).run({ realm, userId })).properties[key]?.value;
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );
const application = () => asked({ actor: { kind: 'application', id: 'a' } });

describe('updates that wait in one turn', () => {
  it('share a transaction, whichever realm they are of, and each tells its event', async () => {
    const realms = [await realmWith('jane', 'john'), await realmWith('jane', 'john')];
    const updates = realms.flatMap((realm) => ['jane', 'john'].map((userId) => ({ realm, userId })));
    await Promise.all(updates.map(({ realm, userId }) => update(realm, userId, { auxId1: `${realm} ${userId}` })));
    for (const { realm, userId } of updates)
      expect(await propertyOf(realm, userId, 'auxId1')).toBe(`${realm} ${userId}`);
    const rows = await directory.administer<{ transactions: number; events: number }>(
      `select count(distinct u.xmin::text)::int as transactions,
         (select count(*) from directory.outbox o
          where o.realm = any ($1) and o.type = 'directory.user.updated')::int as events
       from directory.user u join directory.realm r on r.id = u.realm_id where r.name = any ($1)`,
      [realms],
    );
    expect(rows).toEqual([{ transactions: 1, events: 4 }]);
  });

  it('of one user are all kept, the later upon the earlier', async () => {
    const realm = await realmWith('jane');
    await Promise.all([
      update(realm, 'jane', { auxId1: 'one', auxId2: 'first' }),
      update(realm, 'JANE', { auxId2: 'second', pinHash: '0815' }),
      update(realm, 'jane', { auxId3: 'three' }),
    ]);
    const { properties } = await directory.get(ShowProfile).run({ realm, userId: 'jane' });
    expect(Object.fromEntries(Object.entries(properties).map(([key, { value }]) => [key, value]))).toEqual({
      auxId1: 'one',
      auxId2: 'second',
      auxId3: 'three',
      pinHash: '0815',
    });
  });

  it('are refused one by one', async () => {
    const realm = await realmWith('jane', 'john');
    const outcomes = await Promise.all([
      codeOf(update(realm, 'nobody', { auxId1: 'x' })),
      codeOf(update(realm, 'jane', { auxId1: 'x', auxId10: 'not mine' }, application())),
      codeOf(update(realm, 'john', { auxId1: 'x' }, application())),
    ]);
    expect(outcomes).toEqual(['user.unknown', 'user.property_read_only', 'done']);
    expect([await propertyOf(realm, 'jane', 'auxId1'), await propertyOf(realm, 'john', 'auxId1')]).toEqual([
      undefined,
      'x',
    ]);
  });

  it('do not fail with one whose sealed values cannot be opened', async () => {
    const realm = await realmWith('jane', 'john');
    await directory.administer(
      `update directory.user set sealed_secrets = (
         select sealed_secrets from directory.user u join directory.realm r on r.id = u.realm_id
         where r.name = $1 and u.user_key = 'john')
       where user_key = 'jane' and realm_id = (select id from directory.realm where name = $1)`,
      [realm],
    );
    const [jane, john] = await Promise.all([
      codeOf(update(realm, 'jane', { pinHash: '1' })),
      codeOf(update(realm, 'john', { pinHash: '2' })),
    ]);
    expect([jane === 'done', john]).toEqual([false, 'done']);
    expect(await propertyOf(realm, 'john', 'pinHash')).toBe('2');
  });

  it('do not reach a user who is renamed meanwhile under the old name', async () => {
    const realm = await realmWith('jane');
    await Promise.all([
      codeOf(update(realm, 'jane', { auxId1: 'x' })),
      directory.get(RenameUser).run({ realm, userId: 'jane', newUserId: 'joan' }, asked()),
    ]);
    expect(await codeOf(update(realm, 'jane', { auxId2: 'y' }))).toBe('user.unknown');
    expect(await propertyOf(realm, 'joan', 'auxId2')).toBeUndefined();
  });

  it('come again under their keys without effect, alone or together', async () => {
    const realm = await realmWith('jane', 'john');
    const contexts = [asked(), asked()];
    const both = () =>
      Promise.all(
        contexts.map((context, index) => update(realm, index === 0 ? 'jane' : 'john', { auxId1: 'x' }, context)),
      );
    const first = await both();
    await update(realm, 'jane', { auxId1: 'changed since' });
    expect(await both()).toEqual(first);
    expect(await propertyOf(realm, 'jane', 'auxId1')).toBe('changed since');
  });
});
