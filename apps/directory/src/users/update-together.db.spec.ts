import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Users } from '../../../../test/directory/ask-users.js';
import { asked, type OpenDirectory, openDirectory } from '../../../../test/directory/open-directory.js';

let directory: OpenDirectory;
let users: Users;
beforeAll(async () => {
  directory = await openDirectory();
  users = new Users(directory);
});
afterAll(async () => directory.close());

async function realmWith(...userIds: readonly string[]): Promise<string> {
  const { name: realm } = await directory.adopt('compat', { readOnlyFields: ['attributes.custom10'] });
  for (const userId of userIds) await users.create(realm, userId, { pin: '4711' });
  return realm;
}
const update = (realm: string, userId: string, attributes: Record<string, string>, context = asked()) =>
  users.update(realm, userId, { attributes }, context);
const attributeOf = async (realm: string, userId: string, name: string) =>
  (await users.profile(realm, userId)).attributes[name];
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
    await Promise.all(updates.map(({ realm, userId }) => update(realm, userId, { custom1: `${realm} ${userId}` })));
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
    await Promise.all([
      update(realm, 'jane', { custom1: 'one', custom2: 'first' }),
      users.update(realm, 'JANE', { attributes: { custom2: 'second' }, pin: '0815' }),
      users.update(realm, 'jane', { phones: [{ position: 1, value: '1' }] }),
      users.update(realm, 'jane', { phones: [{ position: 2, value: '2' }] }),
      update(realm, 'jane', { custom3: 'three' }),
    ]);
    expect(await users.profile(realm, 'jane')).toMatchObject({
      attributes: { custom1: 'one', custom2: 'second', custom3: 'three' },
      pin: '0815',
      phones: [{ value: '1' }, { value: '2' }],
    });
  });

  it('are refused one by one', async () => {
    const realm = await realmWith('jane', 'john');
    const outcomes = await Promise.all([
      codeOf(update(realm, 'nobody', { custom1: 'x' })),
      codeOf(update(realm, 'jane', { custom1: 'x', custom10: 'not mine' }, application())),
      codeOf(update(realm, 'john', { custom1: 'x' }, application())),
    ]);
    expect(outcomes).toEqual(['user.unknown', 'user.property_read_only', 'done']);
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
    const [jane, john] = await Promise.all([
      codeOf(users.update(realm, 'jane', { pin: '1' })),
      codeOf(users.update(realm, 'john', { pin: '2' })),
    ]);
    expect([jane === 'done', john]).toEqual([false, 'done']);
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
    const contexts = [asked(), asked()];
    const both = () =>
      Promise.all(
        contexts.map((context, index) => update(realm, index === 0 ? 'jane' : 'john', { custom1: 'x' }, context)),
      );
    const first = await both();
    await update(realm, 'jane', { custom1: 'changed since' });
    expect(await both()).toEqual(first);
    expect(await attributeOf(realm, 'jane', 'custom1')).toBe('changed since');
  });
});
