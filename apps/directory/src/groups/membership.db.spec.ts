import { addMembers, longestName, mostGroups } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import { codeOf, Groups } from '../../../../test/directory/ask-groups.js';
import { asked, specDirectory } from '../../../../test/directory/open-directory.js';

const directory = specDirectory();
const groups = new Groups(directory);

const names = (count: number, stem: string) => Array.from({ length: count }, (_, index) => `${stem} ${index}`);

/** A realm with groups `a`, `b`, `c` and users `u`, `v`, `w`, and their ids. */
async function newRealm() {
  const { name: realm } = await directory.adopt();
  const groupIds = [];
  for (const name of ['a', 'b', 'c']) groupIds.push((await groups.create(realm, name)).id);
  const [u = '', v = '', w = ''] = await groups.users(realm, ['u', 'v', 'w']);
  const [a = '', b = '', c = ''] = groupIds;
  return { realm, u, v, w, a, b, c };
}
const unknown = (userIndex: number, groupIndex: number, problem: string) => ({ userIndex, groupIndex, problem });

describe('users are put into groups (secureauth C.5)', () => {
  it('one into one, with an event about the user', async () => {
    const { realm, u, a } = await newRealm();
    expect(await groups.add(realm, ['U'], ['A'])).toEqual([]);
    expect([await groups.groupsOf(realm, 'u'), await groups.membersOf(realm, 'a')]).toEqual([['a'], ['u']]);
    expect(await groups.eventsOf(u)).toEqual([
      { type: 'directory.membership.added', realm, target: { kind: 'user', id: u }, details: { groupId: a } },
    ]);
  });

  it('one into many', async () => {
    const { realm } = await newRealm();
    expect(await groups.add(realm, ['u'], ['c', 'a'])).toEqual([]);
    expect(await groups.groupsOf(realm, 'u')).toEqual(['a', 'c']);
  });

  it('many into one', async () => {
    const { realm, u, v, w } = await newRealm();
    expect(await groups.add(realm, ['w', 'u', 'v'], ['b'])).toEqual([]);
    const inOrder = [
      [u, 'u'],
      [v, 'v'],
      [w, 'w'],
    ].sort();
    expect(await groups.membersOf(realm, 'b')).toEqual(inOrder.map(([, userId]) => userId));
  });

  it('once, however often and however they are named', async () => {
    const { realm, u, v } = await newRealm();
    expect(await groups.add(realm, ['u', 'U', 'u', 'ｕ'], ['a', 'A'])).toEqual([]);
    expect(await groups.add(realm, ['v', 'u'], ['a'])).toEqual([]);
    expect([await groups.typesOf(u), await groups.typesOf(v)]).toEqual([['membership.added'], ['membership.added']]);
  });

  it('but for those that are not there, each told by its places, in the order of the request', async () => {
    const { realm } = await newRealm();
    expect(await groups.add(realm, ['nobody', 'u', 'NOBODY', 'v'], ['a'])).toEqual([
      unknown(0, 0, 'user.unknown'),
      unknown(2, 0, 'user.unknown'),
    ]);
    expect([...(await groups.membersOf(realm, 'a'))].sort()).toEqual(['u', 'v']);
    expect(await groups.add(realm, ['w'], ['nowhere', 'b', 'c', 'also nowhere'])).toEqual([
      unknown(0, 0, 'group.unknown'),
      unknown(0, 3, 'group.unknown'),
    ]);
    expect(await groups.groupsOf(realm, 'w')).toEqual(['b', 'c']);
  });

  it('or not, when neither exists: the answer names the user', async () => {
    const { realm } = await newRealm();
    expect(await groups.add(realm, ['nobody'], ['nowhere'])).toEqual([unknown(0, 0, 'user.unknown')]);
  });

  it('never by a name that none could have', async () => {
    const { realm } = await newRealm();
    const failed = await groups.add(realm, ['\u200b', ' ', `'; drop table directory.membership --`, 'u'], ['{"a"}']);
    expect(failed.map(({ problem }) => problem)).toEqual([...Array(3).fill('user.unknown'), 'group.unknown']);
  });

  it('with the same answer when it is asked again, whatever has happened since', async () => {
    const { realm, u } = await newRealm();
    const context = asked();
    const failed = await groups.add(realm, ['u', 'late'], ['a'], context);
    await groups.user(realm, 'late');
    await groups.remove(realm, ['u'], ['a']);
    expect(await groups.add(realm, ['u', 'late'], ['a'], context)).toEqual(failed);
    expect(await groups.groupsOf(realm, 'u')).toEqual([]);
    expect(await groups.typesOf(u)).toEqual(['membership.added', 'membership.removed']);
    expect(await codeOf(groups.add(realm, ['u'], ['b'], context))).toBe('request.key_reused');
  });

  it('never in a realm that is not known', async () => {
    expect(await codeOf(groups.add('no-such-realm', ['u'], ['a']))).toBe('realm.unknown');
  });
});

describe('users are taken out of groups', () => {
  it('with an event for each member', async () => {
    const { realm, u, v, w, a } = await newRealm();
    await groups.add(realm, ['u', 'v'], ['a']);
    expect(await groups.remove(realm, ['u', 'W', 'u', 'nobody'], ['A'])).toEqual([unknown(3, 0, 'user.unknown')]);
    expect(await groups.membersOf(realm, 'a')).toEqual(['v']);
    expect((await groups.eventsOf(u)).at(-1)).toMatchObject({
      type: 'directory.membership.removed',
      details: { groupId: a },
    });
    expect([await groups.typesOf(v), await groups.typesOf(w)]).toEqual([['membership.added'], []]);
  });

  it('out of those named, and no other', async () => {
    const { realm } = await newRealm();
    await groups.add(realm, ['u', 'v', 'w'], ['a', 'b', 'c']);
    expect(await groups.remove(realm, ['u'], ['c', 'nowhere', 'a'])).toEqual([unknown(0, 1, 'group.unknown')]);
    expect([await groups.groupsOf(realm, 'u'), await groups.groupsOf(realm, 'v')]).toEqual([['b'], ['a', 'b', 'c']]);
  });

  it('with the same answer when it is asked again, and a member who came back stays', async () => {
    const { realm } = await newRealm();
    const context = asked();
    await groups.add(realm, ['u'], ['a']);
    expect(await groups.remove(realm, ['u'], ['a'], context)).toEqual([]);
    await groups.add(realm, ['u'], ['a']);
    expect(await groups.remove(realm, ['u'], ['a'], context)).toEqual([]);
    expect(await groups.groupsOf(realm, 'u')).toEqual(['a']);
  });

  it('never in a realm that is not known', async () => {
    expect(await codeOf(groups.remove('no-such-realm', ['u'], ['a']))).toBe('realm.unknown');
  });
});

describe('a user is in no more groups than a reply can name', () => {
  it('a user in that many is put into no other, however many ask at once; each association without room fails alone', async () => {
    const { name: realm } = await directory.adopt();
    await groups.users(realm, ['u', 'v']);
    const longest = names(mostGroups + 30, '').map((name) => name.padEnd(longestName, '漢'));
    await directory.administer(
      `insert into directory.group (id, realm_id, name, group_key)
       select gen_random_uuid(), realm.id, given.name, given.name from unnest($2::text[]) as given (name), directory.realm realm
       where realm.name = $1`,
      [realm, longest],
    );
    expect(await groups.add(realm, ['u'], longest.slice(0, mostGroups - 10))).toEqual([]);
    const portions = [0, 1, 2, 3].map((n) => longest.slice(mostGroups - 10 + n * 10, mostGroups + n * 10));
    const failed = await Promise.all(portions.map((portion) => groups.add(realm, ['u', 'v', 'nobody'], portion)));
    const problems = failed.flat().map(({ userIndex, problem }) => `${userIndex} ${problem}`);
    expect(problems.filter((one) => one === '0 user.groups_full')).toHaveLength(30);
    expect(problems.filter((one) => one === '2 user.unknown')).toHaveLength(40);
    expect(problems).toHaveLength(70);
    const shown = await groups.groupsOf(realm, 'u');
    expect([shown.length, (await groups.groupsOf(realm, 'v')).length]).toEqual([mostGroups, 40]);
    expect(Buffer.byteLength(JSON.stringify(shown))).toBeLessThan(600_000);
    // who is in already stays in, and who leaves makes room
    expect(await groups.add(realm, ['u'], shown.slice(0, 5))).toEqual([]);
    await groups.remove(realm, ['u'], shown.slice(0, 1));
    const others = longest.filter((name) => !shown.includes(name)).slice(0, 2);
    expect(await groups.add(realm, ['u'], others)).toMatchObject([{ problem: 'user.groups_full' }]);
  });
});

describe('a thousand associations in one ask', () => {
  it.each([
    ['many users, one group', 1_000, 1],
    ['two users, many groups', 2, 500],
    ['some of both', 25, 40],
  ])('are made and ended, each with its event: %s', async (_, userCount, groupCount) => {
    const { name: realm } = await directory.adopt();
    const [userIds, groupNames] = [names(userCount, 'user'), names(groupCount, 'group')];
    const ids = await groups.users(realm, userIds);
    for (const name of groupNames) await groups.create(realm, name);
    const types = async () =>
      directory.administer<{ type: string; count: number }>(
        `select type, count(*)::int from directory.outbox where target ->> 'id' = any ($1) group by type order by type`,
        [ids],
      );
    expect(await groups.add(realm, userIds, groupNames)).toEqual([]);
    expect((await groups.membersOf(realm, groupNames.at(-1) ?? '')).length).toBe(userCount);
    expect((await groups.groupsOf(realm, 'user 0')).length).toBe(groupCount);
    expect(await groups.remove(realm, userIds.toReversed(), groupNames.toReversed())).toEqual([]);
    expect(await groups.groupsOf(realm, 'user 0')).toEqual([]);
    expect(await types()).toEqual([
      { type: 'directory.membership.added', count: 1_000 },
      { type: 'directory.membership.removed', count: 1_000 },
    ]);
  });

  it('are the most that may be asked for', () => {
    const request = (users: number, some: number) => ({
      realm: 'r',
      userIds: names(users, 'user'),
      groups: names(some, 'group'),
    });
    expect(addMembers.request.safeParse(request(1_000, 1)).success).toBe(true);
    for (const [users, some] of [
      [1_001, 1],
      [1, 1_001],
      [501, 2],
      [0, 1],
      [1, 0],
    ] as const)
      expect(addMembers.request.safeParse(request(users, some)).success).toBe(false);
  });
});

describe('realms with equal users and groups (guarantee G7)', () => {
  it('touch only their own, in batches too', async () => {
    const [one, other] = [await newRealm(), await newRealm()];
    await groups.users(other.realm, ['only there']);
    await groups.create(other.realm, 'only there');
    const failed = await groups.add(one.realm, ['u', 'only there'], ['a', 'only there']);
    expect(failed.map(({ problem }) => problem)).toEqual(['group.unknown', 'user.unknown', 'user.unknown']);
    expect([await groups.groupsOf(one.realm, 'u'), await groups.groupsOf(other.realm, 'u')]).toEqual([['a'], []]);
    await groups.add(other.realm, ['u', 'v', 'w'], ['a', 'b', 'c']);
    await groups.remove(one.realm, ['u', 'v', 'w'], ['a', 'b', 'c']);
    await groups.delete(one.realm, 'b');
    await groups.rename(one.realm, 'c', 'd');
    expect(await groups.groupsOf(other.realm, 'u')).toEqual(['a', 'b', 'c']);
    expect([...(await groups.membersOf(other.realm, 'b'))].sort()).toEqual(['u', 'v', 'w']);
    expect(await codeOf(groups.membersOf(other.realm, 'd'))).toBe('group.unknown');
    expect(await groups.membersOf(one.realm, 'a')).toEqual([]);
  });

  it('cannot be crossed by a membership, whatever a faulty statement tried', async () => {
    const [one, other] = [await newRealm(), await newRealm()];
    for (const realm of [one.realm, other.realm]) {
      const crossing = directory.database.query(
        `insert into directory.membership (user_uuid, group_uuid, realm_id) select $1, $2, id from directory.realm where name = $3`,
        [one.u, other.a, realm],
      );
      await expect(crossing).rejects.toMatchObject({ code: '23503' });
    }
  });
});
