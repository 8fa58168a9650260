import { eventually } from '@countersign/testing';
import { describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { codeOf, Groups } from '../../../../test/directory/ask-groups.js';
import { asked, specDirectory } from '../../../../test/directory/open-directory.js';
import { EraseUserRecord } from '../users/erase-user-record.js';

const directory = specDirectory();
const groups = new Groups(directory);

const unknownGroup = { userIndex: 0, groupIndex: 0, problem: 'group.unknown' };
const unknownUser = { userIndex: 0, groupIndex: 0, problem: 'user.unknown' };
const newRealm = async () => (await directory.adopt()).name;

/**
 * Stops both asks where they tell their events, the second where it waits for the first, and lets them go on: the first is
 * in the middle of its transaction when the second comes.
 */
async function inTurn<A, B>(first: () => Promise<A>, second: () => Promise<B>): Promise<[A, B]> {
  const waiting = async (wanted: number) => {
    const [{ count = 0 } = {}] = await directory.administer<{ count: number }>(
      `select count(*)::int from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return count === wanted;
  };
  await directory.administer('begin');
  try {
    await directory.administer('set local stats_fetch_consistency = none');
    await directory.administer('lock table directory.outbox in exclusive mode');
    const one = first();
    await eventually(() => waiting(1));
    const other = second();
    await eventually(() => waiting(2));
    await directory.administer('commit');
    return await Promise.all([one, other]);
  } finally {
    await directory.administer('rollback');
  }
}

/** Events about groups and memberships of a realm, in their order. */
async function told(realm: string): Promise<readonly string[]> {
  const events = await directory.administer<{ type: string }>(
    `select type from directory.outbox where realm = $1 and type !~ 'created$' order by id`,
    [realm],
  );
  return events.map(({ type }) => type.replace(/^directory\./, ''));
}

async function realmWithJane(): Promise<{ realm: string; group: string; jane: string }> {
  const { name: realm } = await directory.adopt();
  const { id: group } = await groups.create(realm, 'Staff');
  const [jane = ''] = await groups.users(realm, ['jane', 'john']);
  return { realm, group, jane };
}

describe('many who add the same member at once', () => {
  it('make one membership and one event', async () => {
    const realm = await newRealm();
    const { id: group } = await groups.create(realm, 'Staff');
    const [user = ''] = await groups.users(realm, ['jane']);
    const answers = await Promise.all(Array.from({ length: 20 }, () => groups.add(realm, ['jane'], ['Staff'])));
    expect(answers).toEqual(Array.from({ length: 20 }, () => []));
    expect(await groups.membersOf(realm, 'Staff')).toEqual(['jane']);
    expect((await groups.eventsOf(user)).map(({ details }) => details)).toEqual([{ groupId: group }]);
  });

  it('and who take it out meanwhile: events tell in turn what came to be', async () => {
    const realm = await newRealm();
    await groups.create(realm, 'Staff');
    const [user = ''] = await groups.users(realm, ['jane']);
    const asks = Array.from({ length: 40 }, (_, index) =>
      index % 2 === 0 ? groups.add(realm, ['jane'], ['Staff']) : groups.remove(realm, ['jane'], ['Staff']),
    );
    await Promise.all(asks);
    const types = await groups.typesOf(user);
    expect(types).toEqual(types.map((_, index) => (index % 2 === 0 ? 'membership.added' : 'membership.removed')));
    expect(await groups.groupsOf(realm, 'jane')).toEqual(types.length % 2 === 1 ? ['Staff'] : []);
  });

  it('and name the same sides in any order: none waits for another in a ring', async () => {
    const realm = await newRealm();
    const sides = Array.from({ length: 20 }, (_, index) => `side ${index}`);
    await groups.users(realm, sides);
    for (const name of sides) await groups.create(realm, name);
    const queries = jest.spyOn(pg.Client.prototype, 'query');
    const asks = Array.from({ length: 16 }, (_, index) => {
      const [users, names] = [index % 2 === 0 ? sides : sides.toReversed(), index % 4 < 2 ? sides : sides.toReversed()];
      return index < 12 ? groups.add(realm, users, names) : groups.remove(realm, users, names);
    });
    expect(await Promise.all(asks)).toEqual(asks.map(() => []));
    const begun = queries.mock.calls.filter(([statement]) => (statement as unknown) === 'begin').length;
    queries.mockRestore();
    // one that had lost against another would have been run once more
    expect(begun).toBe(asks.length);
  });
});

describe('adding members while the group is deleted', () => {
  it('comes after it, and finds no group', async () => {
    const { realm } = await realmWithJane();
    const add = () => groups.add(realm, ['jane'], ['Staff']);
    const [, failed] = await inTurn(() => groups.delete(realm, 'Staff'), add);
    expect(failed).toEqual([unknownGroup]);
    expect(await told(realm)).toEqual(['group.deleted']);
  });

  it('or before it, and the deletion ends the membership', async () => {
    const { realm } = await realmWithJane();
    const add = () => groups.add(realm, ['jane'], ['Staff']);
    const [failed] = await inTurn(add, () => groups.delete(realm, 'Staff'));
    expect(failed).toEqual([]);
    expect(await groups.groupsOf(realm, 'jane')).toEqual([]);
    expect(await told(realm)).toEqual(['membership.added', 'group.deleted']);
  });

  it('and never in between, 30 times over', async () => {
    const realm = await newRealm();
    const userIds = Array.from({ length: 6 }, (_, index) => `user ${index}`);
    await groups.users(realm, userIds);
    let added = 0;
    for (let round = 0; round < 30; round += 1) {
      await groups.create(realm, 'Staff');
      const adds = Promise.all(userIds.map((userId) => groups.add(realm, [userId], ['Staff'])));
      const [answers] = await Promise.all([adds, groups.delete(realm, 'Staff')]);
      added += answers.filter((failed) => failed.length === 0).length;
      expect((await told(realm)).at(-1)).toBe('group.deleted');
    }
    expect((await told(realm)).filter((type) => type === 'membership.added')).toHaveLength(added);
    expect(await groups.groupsOf(realm, 'user 0')).toEqual([]);
  });

  it('does not keep it from being deleted, however many keep coming', async () => {
    const realm = await newRealm();
    await groups.create(realm, 'Staff');
    const userIds = Array.from({ length: 7 }, (_, index) => `user ${index}`);
    await groups.users(realm, userIds);
    let isOver = false;
    const adding = userIds.map(async (userId) => {
      while (!isOver) await groups.add(realm, [userId], ['Staff']);
    });
    try {
      expect(await codeOf(groups.delete(realm, 'Staff'))).toBe('done');
    } finally {
      isOver = true;
      await Promise.all(adding);
    }
  });
});

describe('adding members while the group is renamed', () => {
  it('finds it by the name that it has then', async () => {
    const { realm, group } = await realmWithJane();
    const rename = () => groups.rename(realm, 'Staff', 'Crew');
    const [, failed] = await inTurn(rename, () => groups.add(realm, ['jane'], ['Staff']));
    expect(failed).toEqual([unknownGroup]);
    const [, again] = await inTurn(
      () => groups.rename(realm, 'Crew', 'Team'),
      () => groups.delete(realm, 'Crew').catch(({ code }: { code: string }) => code),
    );
    expect(again).toBe('group.unknown');
    expect(await groups.show(realm, 'Team')).toMatchObject({ id: group });
  });
});

describe('adding members while a user is erased', () => {
  const erase = (realm: string, id: string) => directory.get(EraseUserRecord).erase({ realm, id }, asked());

  it('comes after it and finds no such user, and the others are in', async () => {
    const { realm, jane } = await realmWithJane();
    const add = () => groups.add(realm, ['jane', 'john'], ['Staff']);
    const [, failed] = await inTurn(() => erase(realm, jane), add);
    expect(failed).toEqual([unknownUser]);
    expect(await groups.membersOf(realm, 'Staff')).toEqual(['john']);
    expect(await groups.typesOf(jane)).toEqual(['user.erased']);
  });

  it('or before it, and the erasure ends the membership', async () => {
    const { realm, jane } = await realmWithJane();
    const add = () => groups.add(realm, ['jane', 'john'], ['Staff']);
    const [failed] = await inTurn(add, () => erase(realm, jane));
    expect(failed).toEqual([]);
    expect(await groups.membersOf(realm, 'Staff')).toEqual(['john']);
    expect(await groups.typesOf(jane)).toEqual(['membership.added', 'user.erased']);
  });
});
