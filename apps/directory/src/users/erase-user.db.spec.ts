import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Users } from '../../../../test/directory/ask-users.js';
import { asked, specDirectory } from '../../../../test/directory/open-directory.js';
import { ChangeMembers } from '../groups/change-members.js';
import { CreateGroup } from '../groups/create-group.js';
import { WithdrawUserIds } from './withdraw-user-ids.js';

const directory = specDirectory();
const users = new Users(directory);

const create = (realm: string, userId: string, id: string = randomUUID()) =>
  users.create(
    realm,
    userId,
    { name: { given: 'Zebedee' }, emails: [{ position: 1, value: 'zebedee@example.com' }], pin: '4711' },
    { id },
  );
const erase = (realm: string, id: string) => users.erase(realm, id);
const add = (realm: string, userId: string, group: string) =>
  directory.get(ChangeMembers).add({ realm, userIds: [userId], groups: [group] }, asked());
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );
const eventsOf = (id: string) =>
  directory.administer<{ type: string; personal: unknown }>(
    `select type, personal from directory.outbox where target ->> 'id' = $1 order by id`,
    [id],
  );
const tablesOfUsers = ['user', 'user_alias', 'contact', 'membership'] as const;
const countOf = async (table: (typeof tablesOfUsers)[number], id: string) => {
  const column = table === 'user' ? 'id' : 'user_uuid';
  return (await directory.administer(`select 1 from directory.${table} where ${column} = $1`, [id])).length;
};

describe('a user who is erased', () => {
  it('leaves no value behind, neither among the users nor in an event', async () => {
    const { name: realm } = await directory.adopt();
    const id = await create(realm, 'Zebedee Zyx');
    await users.rename(realm, 'Zebedee Zyx', 'Zebedee Xyz');
    await users.update(realm, 'Zebedee Xyz', { aliases: ['Zebedee 2'], notes: 'of Zebedee' });
    await directory.get(CreateGroup).create({ realm, group: 'Staff' }, asked());
    await add(realm, 'zebedee xyz', 'Staff');
    expect(await erase(realm, id)).toEqual({ id });
    for (const table of tablesOfUsers) expect(await countOf(table, id)).toBe(0);
    expect(await eventsOf(id)).toEqual([
      { type: 'directory.user.created', personal: null },
      { type: 'directory.user.renamed', personal: null },
      { type: 'directory.user.updated', personal: null },
      { type: 'directory.membership.added', personal: null },
      { type: 'directory.user.erased', personal: null },
    ]);
    const tables = await directory.administer<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'directory'::regnamespace and relkind = 'r'`,
    );
    for (const { name } of tables) {
      const rows = await directory.administer<{ row: string }>(`select t::text as row from directory."${name}" t`);
      expect(rows.filter(({ row }) => /zebedee/i.test(row))).toEqual([]);
    }
  });

  it('is erased once, however many ask and however often', async () => {
    const { name: realm } = await directory.adopt();
    const id = await create(realm, 'jane');
    expect(await Promise.all(Array.from({ length: 8 }, () => erase(realm, id)))).toEqual(
      Array.from({ length: 8 }, () => ({ id })),
    );
    expect((await eventsOf(id)).map(({ type }) => type)).toEqual(['directory.user.created', 'directory.user.erased']);
  });

  it('frees user id and mail address, and never the id', async () => {
    const { name: realm } = await directory.adopt('compat', { uniqueEmail: true });
    const id = await create(realm, 'jane');
    await erase(realm, id);
    expect(await codeOf(create(realm, 'jane', id))).toBe('user.withdrawn');
    expect(await directory.get(WithdrawUserIds).withdraw({ ids: [id] }, asked())).toEqual({ existing: [] });
    const other = await create(realm, 'jane');
    await erase(realm, id);
    expect((await users.show(realm, 'jane')).id).toBe(other);
  });

  it('leaves the events of others as they are', async () => {
    const { name: realm } = await directory.adopt();
    const [id, other] = [await create(realm, 'jane'), await create(realm, 'joan')];
    await erase(realm, id);
    expect(await eventsOf(other)).toEqual([{ type: 'directory.user.created', personal: { userId: 'joan' } }]);
  });
});

describe('a user who is not erased', () => {
  const erasePersonal = `select directory.erase_personal('user', $1)`;
  const personalOf = async (id: string) => (await eventsOf(id)).map(({ personal }) => personal);

  it('keeps the personal values in events, whatever the role that runs says', async () => {
    const { id: realmId, name: realm } = await directory.adopt();
    const id = await create(realm, 'jane');
    await expect(directory.database.query(erasePersonal, [id])).rejects.toMatchObject({ code: '23514' });
    await directory.database.query('insert into directory.erased_user (id, realm_id) values ($1, $2)', [id, realmId]);
    await expect(directory.database.query(erasePersonal, [id])).rejects.toMatchObject({ code: '23514' });
    expect(await personalOf(id)).toEqual([{ userId: 'jane' }]);
  });

  it('and a withdrawn id, and any other thing, keep their events', async () => {
    const { name: realm } = await directory.adopt();
    const withdrawn = randomUUID();
    await directory.get(WithdrawUserIds).withdraw({ ids: [withdrawn] }, asked());
    const { id: group } = await directory.get(CreateGroup).create({ realm, group: 'Staff' }, asked());
    await expect(directory.database.query(erasePersonal, [withdrawn])).rejects.toMatchObject({ code: '23514' });
    const ofGroup = `select directory.erase_personal('group', $1)`;
    await expect(directory.database.query(ofGroup, [group])).rejects.toMatchObject({ code: '23514' });
  });
});

describe('an id that never was a user of the realm', () => {
  it('is refused for an unknown or withdrawn id, and for one of another realm', async () => {
    const [one, other] = [await directory.adopt(), await directory.adopt()];
    const [withdrawn, foreign] = [randomUUID(), await create(other.name, 'jane')];
    await directory.get(WithdrawUserIds).withdraw({ ids: [withdrawn] }, asked());
    for (const id of [randomUUID(), withdrawn, foreign]) expect(await codeOf(erase(one.name, id))).toBe('user.unknown');
    await erase(other.name, foreign);
    expect(await codeOf(erase(one.name, foreign))).toBe('user.unknown');
    expect(await codeOf(erase('no-such-realm', foreign))).toBe('realm.unknown');
  });
});

describe('a change of a user at the moment of its erasure', () => {
  it('comes before it or finds no such user, and leaves nothing behind', async () => {
    const { name: realm } = await directory.adopt();
    for (const group of ['A', 'B', 'C']) await directory.get(CreateGroup).create({ realm, group }, asked());
    for (let index = 0; index < 20; index += 1) {
      const userId = `racer ${index}`;
      const id = await create(realm, userId);
      const outcomes = await Promise.all([
        codeOf(add(realm, userId, 'A')),
        codeOf(users.update(realm, userId, { emails: [{ position: 2, value: 'x@example.com' }] })),
        codeOf(users.update(realm, userId, { aliases: [`alias ${index}`] })),
        codeOf(erase(realm, id)),
        codeOf(users.rename(realm, userId, `renamed ${index}`)),
        codeOf(add(realm, userId, 'B')),
      ]);
      expect(outcomes[3]).toBe('done');
      for (const outcome of outcomes) expect(['done', 'user.unknown']).toContain(outcome);
      for (const table of tablesOfUsers) expect(await countOf(table, id)).toBe(0);
      for (const { personal } of await eventsOf(id)) expect(personal).toBeNull();
    }
  });
});
