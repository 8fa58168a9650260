import { describe, expect, it } from '@jest/globals';
import { Users } from '../../../../test/directory/ask-users.js';
import { asked, specDirectory } from '../../../../test/directory/open-directory.js';
import { ChangeMembers } from '../groups/change-members.js';
import { CreateGroup } from '../groups/create-group.js';

const directory = specDirectory();
const users = new Users(directory);

const create = (realm: string, userId: string) => users.create(realm, userId, { name: { given: userId }, pin: '4711' });
const rename = (realm: string, userId: string, newUserId: string) => users.rename(realm, userId, newUserId);
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );
const show = (realm: string, userId: string) => users.profile(realm, userId);
const eventsOf = (id: string) =>
  directory.administer<{ personal: unknown }>(
    `select personal from directory.outbox where target ->> 'id' = $1 and type = 'directory.user.renamed' order by id`,
    [id],
  );

describe('a user who is renamed', () => {
  it('is the same person: id, values, secrets, groups', async () => {
    const { name: realm } = await directory.adopt();
    const id = await create(realm, 'jane');
    await directory.get(CreateGroup).create({ realm, group: 'Staff' }, asked());
    await directory.get(ChangeMembers).add({ realm, userIds: ['jane'], groups: ['Staff'] }, asked());
    const before = await show(realm, 'jane');
    expect(await rename(realm, 'JANE', 'Jane Doe')).toEqual({ id });
    expect(await show(realm, 'jane doe')).toEqual({ ...before, userId: 'Jane Doe' });
    expect(await codeOf(show(realm, 'jane'))).toBe('user.unknown');
    expect(await eventsOf(id)).toEqual([{ personal: { userId: 'Jane Doe', previousUserId: 'jane' } }]);
  });

  it('frees the old user id for another user', async () => {
    const { name: realm } = await directory.adopt();
    const id = await create(realm, 'jane');
    await rename(realm, 'jane', 'joan');
    const other = await create(realm, 'jane');
    expect([(await show(realm, 'joan')).id, (await show(realm, 'jane')).id]).toEqual([id, other]);
  });

  it('may be given another spelling; the very same one changes nothing', async () => {
    const { name: realm } = await directory.adopt();
    const id = await create(realm, 'jane');
    await rename(realm, 'jane', 'Jane');
    await rename(realm, 'jane', 'Jane');
    expect((await show(realm, 'jane')).userId).toBe('Jane');
    expect(await eventsOf(id)).toHaveLength(1);
  });

  it.each([
    ['user.exists', 'jane', 'JOAN'],
    ['user.unknown', 'nobody', 'x'],
    ['user.id_invalid', 'jane', ' x'],
    ['user.id_invalid', 'jane', 'x\u200b'],
  ])('or else is refused with %s', async (code, from, to) => {
    const { name: realm } = await directory.adopt();
    const id = await create(realm, 'jane');
    await create(realm, 'joan');
    expect(await codeOf(rename(realm, from, to))).toBe(code);
    expect((await show(realm, 'jane')).id).toBe(id);
    expect(await eventsOf(id)).toEqual([]);
  });

  it('may use a user id of another realm', async () => {
    const [one, other] = [await directory.adopt(), await directory.adopt()];
    await create(one.name, 'jane');
    await create(other.name, 'joan');
    expect(await codeOf(rename(one.name, 'jane', 'joan'))).toBe('done');
  });
});

describe('of many who want one user id at once', () => {
  it('one gets it, by renaming or by being created', async () => {
    const { name: realm } = await directory.adopt();
    const names = Array.from({ length: 8 }, (_, index) => `u${index}`);
    await Promise.all(names.map((userId) => create(realm, userId)));
    const outcomes = await Promise.all([
      ...names.map((userId) => codeOf(rename(realm, userId, 'wanted'))),
      ...[1, 2, 3].map(() => codeOf(create(realm, 'wanted'))),
    ]);
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(new Set(outcomes)).toEqual(new Set(['done', 'user.exists']));
  });

  it('two who want each other’s are both refused', async () => {
    const { name: realm } = await directory.adopt();
    await create(realm, 'a');
    await create(realm, 'b');
    expect(await Promise.all([codeOf(rename(realm, 'a', 'b')), codeOf(rename(realm, 'b', 'a'))])).toEqual([
      'user.exists',
      'user.exists',
    ]);
  });
});
