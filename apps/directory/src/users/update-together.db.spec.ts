import { type UserChangesInput, updateUser } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import { type NamedChanges, Users } from '../../../../test/directory/ask-users.js';
import { asked, specDirectory } from '../../../../test/directory/open-directory.js';
import { UpdateUser } from './update-user.js';

const directory = specDirectory();
const users = new Users(directory);

async function realmWith(...userIds: readonly string[]): Promise<string> {
  const { name: realm } = await directory.adopt('compat', { readOnlyFields: ['attributes.custom10'] });
  for (const userId of userIds) await users.create(realm, userId, { pin: '4711' });
  return realm;
}
const update = (realm: string, userId: string, attributes: Record<string, string>) =>
  users.update(realm, userId, { attributes });
const outcomesOf = async (updates: readonly NamedChanges[]) =>
  (await users.updateTogether(updates)).map((reply) =>
    reply instanceof Error ? ((reply as { code?: string }).code ?? reply.name) : 'done',
  );
const attributeOf = async (realm: string, userId: string, name: string) =>
  (await users.profile(realm, userId)).attributes[name];
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );
const application = () => asked({ actor: { kind: 'application', id: 'a' } });

describe('updates that come together', () => {
  it('share a transaction, whichever realm they are of, and each tells its event', async () => {
    const realms = [await realmWith('jane', 'john'), await realmWith('jane', 'john')];
    const updates = realms.flatMap((realm) => ['jane', 'john'].map((userId) => ({ realm, userId })));
    await users.updateTogether(
      updates.map(({ realm, userId }) => {
        return { realm, userId, changes: { attributes: { custom1: `${realm} ${userId}` } } };
      }),
    );
    for (const { realm, userId } of updates)
      expect(await attributeOf(realm, userId, 'custom1')).toBe(`${realm} ${userId}`);
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
    const all: UserChangesInput[] = [
      { attributes: { custom1: 'one', custom2: 'first' } },
      { attributes: { custom2: 'second' }, pin: '0815' },
      { phones: [{ position: 1, value: '1' }] },
      { phones: [{ position: 2, value: '2' }] },
      { attributes: { custom3: 'three' } },
    ];
    await users.updateTogether(all.map((changes, i) => ({ realm, userId: i === 1 ? 'JANE' : 'jane', changes })));
    expect(await users.profile(realm, 'jane')).toMatchObject({
      attributes: { custom1: 'one', custom2: 'second', custom3: 'three' },
      pin: '0815',
      phones: [{ value: '1' }, { value: '2' }],
    });
  });

  it('are refused one by one', async () => {
    const realm = await realmWith('jane', 'john');
    const context = application();
    const outcomes = await outcomesOf([
      { realm, userId: 'nobody', changes: { attributes: { custom1: 'x' } } },
      { realm, userId: 'jane', changes: { attributes: { custom1: 'x', custom10: 'not mine' } }, context },
      { realm: 'nowhere', userId: 'jane', changes: {} },
      { realm, userId: 'jane', changes: { aliases: ['a\nb'] } },
      { realm, userId: 'john', changes: { attributes: { custom1: 'x' } }, context: application() },
    ]);
    expect(outcomes).toEqual(['user.unknown', 'user.property_read_only', 'realm.unknown', 'user.id_invalid', 'done']);
    expect([await attributeOf(realm, 'jane', 'custom1'), await attributeOf(realm, 'john', 'custom1')]).toEqual([
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
    const pins = ['jane', 'john'].map((userId, i) => ({ realm, userId, changes: { pin: `${i + 1}` } }));
    expect(await outcomesOf(pins)).toEqual(['SealBroken', 'done']);
    expect((await users.profile(realm, 'john')).pin).toBe('2');
  });

  it('do not reach a user who is renamed meanwhile under the old name', async () => {
    const realm = await realmWith('jane');
    await Promise.all([codeOf(update(realm, 'jane', { custom1: 'x' })), users.rename(realm, 'jane', 'joan')]);
    expect(await codeOf(update(realm, 'jane', { custom2: 'y' }))).toBe('user.unknown');
    expect(await attributeOf(realm, 'joan', 'custom2')).toBeUndefined();
  });

  it('come again under their keys without effect, alone or together', async () => {
    const realm = await realmWith('jane', 'john');
    const both = ['jane', 'john'].map((userId) => {
      return { realm, userId, changes: { attributes: { custom1: 'x' } }, context: asked() };
    });
    const first = await users.updateTogether(both);
    await update(realm, 'jane', { custom1: 'changed since' });
    expect(await users.updateTogether(both)).toEqual(first);
    expect(await users.updateTogether(both.slice(0, 1))).toEqual(first.slice(0, 1));
    expect(await attributeOf(realm, 'jane', 'custom1')).toBe('changed since');
  });

  it('are made once a key, also when two batches with the same keys race', async () => {
    const userIds = ['jane', 'john', 'jill'];
    const realm = await realmWith(...userIds);
    const batch = userIds.map((userId) => {
      return { realm, userId, changes: { attributes: { custom1: 'x' } }, context: asked() };
    });
    const rival = await directory.replica();
    const races = [users.updateTogether(batch), new Users(rival).updateTogether(batch.toReversed())] as const;
    const [one, other] = await Promise.all(races);
    expect(other.toReversed()).toEqual(one);
    for (const reply of one) expect(await users.eventsOf((reply as { id: string }).id)).toHaveLength(1);
    await rival.close();
  });

  it('answer later, and hold up no other, where they wait for hashes', async () => {
    const { name: realm } = await directory.adopt('strict');
    for (const userId of ['jane', 'john']) await users.create(realm, userId, {});
    const replies = await directory.get(UpdateUser).update(
      [
        { userId: 'jane', pin: '4711' },
        { userId: 'john', attributes: { custom1: 'x' } },
      ].map((changes) => {
        return { request: updateUser.request.parse({ realm, ...changes }), asked: asked() };
      }),
    );
    expect(replies[0]).toBeInstanceOf(Promise);
    expect(replies[1]).toEqual({ id: expect.any(String) });
    expect(await replies[0]).toEqual({ id: expect.any(String) });
  });
});
