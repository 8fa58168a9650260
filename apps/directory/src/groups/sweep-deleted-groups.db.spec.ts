import { UnitOfWork } from '@countersign/persistence';
import { describe, expect, it, jest } from '@jest/globals';
import { Groups } from '../../../../test/directory/ask-groups.js';
import { specDirectory } from '../../../../test/directory/open-directory.js';
import { SweepDeletedGroups } from './sweep-deleted-groups.js';

const directory = specDirectory();
const groups = new Groups(directory);

const sweep = (mayGoOn?: () => boolean) => directory.get(SweepDeletedGroups).sweep(mayGoOn);
async function countOf(groupId: string): Promise<{ memberships: number; rows: number }> {
  const [counts = { memberships: -1, rows: -1 }] = await directory.administer<{ memberships: number; rows: number }>(
    `select (select count(*)::int from directory.membership where group_uuid = $1) as memberships,
       (select count(*)::int from directory.group where id = $1) as rows`,
    [groupId],
  );
  return counts;
}

/** A group with so many members, made as no operation does. */
async function groupWith(realm: string, name: string, members: number): Promise<string> {
  const { id } = await groups.create(realm, name);
  await groups.users(
    realm,
    Array.from({ length: members }, (_, index) => `member ${index} of ${id}`),
  );
  await directory.administer(
    `insert into directory.membership (user_uuid, group_uuid, realm_id)
     select u.id, g.id, g.realm_id from directory.group g join directory.user u on u.realm_id = g.realm_id
     where g.id = $1 and u.user_id like '% of ' || $1::text`,
    [id],
  );
  return id;
}

describe('what is left of deleted groups', () => {
  it('is cleared away in steps, and nothing else', async () => {
    const { name: realm } = await directory.adopt();
    const large = await groupWith(realm, 'Large', 12_000);
    const [empty, kept] = [(await groups.create(realm, 'Empty')).id, await groupWith(realm, 'Kept', 3)];
    for (const name of ['Large', 'Empty']) await groups.delete(realm, name);
    const heir = await groupWith(realm, 'Large', 2);
    const steps = jest.spyOn(directory.get(UnitOfWork), 'run');
    expect(await sweep()).toBe(2);
    // three with memberships and one without for the large group, one for the empty one, and one that finds no more
    expect(steps).toHaveBeenCalledTimes(6);
    steps.mockRestore();
    for (const gone of [large, empty]) expect(await countOf(gone)).toEqual({ memberships: 0, rows: 0 });
    expect([await countOf(kept), await countOf(heir)]).toMatchObject([{ memberships: 3, rows: 1 }, { rows: 1 }]);
    expect(await groups.typesOf(large)).toEqual(['group.created', 'group.deleted']);
  });

  it('waits for the next time when the service closes', async () => {
    const { name: realm } = await directory.adopt();
    const id = await groupWith(realm, 'Large', 5_001);
    await groups.delete(realm, 'Large');
    let steps = 0;
    expect(await sweep(() => steps++ < 1)).toBe(0);
    expect(await countOf(id)).toEqual({ memberships: 1, rows: 1 });
    expect(await sweep()).toBe(1);
    expect(await countOf(id)).toEqual({ memberships: 0, rows: 0 });
  });

  it('is cleared away by one of many replicas, while others take other groups', async () => {
    const { name: realm } = await directory.adopt();
    const ids = [];
    for (let index = 0; index < 6; index += 1) ids.push(await groupWith(realm, `Group ${index}`, 50));
    for (let index = 0; index < 6; index += 1) await groups.delete(realm, `Group ${index}`);
    const gone = await Promise.all(Array.from({ length: 4 }, () => sweep()));
    const left = await sweep();
    expect(gone.reduce((sum, count) => sum + count, left)).toBe(6);
    for (const id of ids) expect(await countOf(id)).toEqual({ memberships: 0, rows: 0 });
  });

  it('leaves alone groups that are not deleted', async () => {
    const { name: realm } = await directory.adopt();
    const id = await groupWith(realm, 'Staff', 4);
    expect(await sweep()).toBe(0);
    expect(await countOf(id)).toEqual({ memberships: 4, rows: 1 });
  });

  it('does not keep a user from being erased meanwhile', async () => {
    const { name: realm } = await directory.adopt();
    const id = await groupWith(realm, 'Staff', 200);
    await groups.delete(realm, 'Staff');
    const members = await directory.administer<{ id: string }>(
      'select user_uuid as id from directory.membership where group_uuid = $1',
      [id],
    );
    const erasing = (async () => {
      for (const member of members)
        await directory.administer('delete from directory.membership where user_uuid = $1', [member.id]);
    })();
    while ((await countOf(id)).rows > 0) await sweep();
    await erasing;
    expect(await countOf(id)).toEqual({ memberships: 0, rows: 0 });
  });
});
