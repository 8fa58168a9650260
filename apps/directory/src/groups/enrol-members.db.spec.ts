import { UnitOfWork, unbounded } from '@countersign/persistence';
import { describe, expect, it } from '@jest/globals';
import { Groups } from '../../../../test/directory/ask-groups.js';
import { asked, specDirectory } from '../../../../test/directory/open-directory.js';
import { EnrolMembers, type Enrolment } from './enrol-members.js';
import { HoldGroups } from './hold-groups.js';

const directory = specDirectory();
const groups = new Groups(directory);

interface Realm {
  readonly id: string;
  readonly name: string;
}

/** As an import does: finds the groups of all, then enrols those users who are not refused. */
function enrol(
  realm: Realm,
  enrolments: readonly Enrolment[],
  mayCreate: boolean,
): Promise<readonly (readonly string[])[]> {
  return directory.get(UnitOfWork).run(unbounded, async (tx) => {
    const names = enrolments.flatMap((enrolment) => enrolment.groups);
    const found = await directory.get(HoldGroups).hold(tx, realm.id, names, mayCreate);
    const possible = enrolments.filter((enrolment) =>
      enrolment.groups.every((name) => found.refusalOf(name) === undefined),
    );
    return (await directory.get(EnrolMembers).enrol(tx, realm, asked(), found, possible)).groupIds;
  });
}
const refusals = (realm: Realm, names: readonly string[], mayCreate: boolean) =>
  directory.get(UnitOfWork).run(unbounded, async (tx) => {
    const found = await directory.get(HoldGroups).hold(tx, realm.id, names, mayCreate);
    return names.map((name) => found.refusalOf(name));
  });
const groupEvents = (realm: Realm) =>
  directory.administer<{ group: string }>(
    `select details ->> 'group' as "group" from directory.outbox
     where realm_id = $1 and type = 'directory.group.created' order by id`,
    [realm.id],
  );

describe('many users are put into groups by name', () => {
  it('with the ids of the groups by position, each once, and no event of their own', async () => {
    const realm = await directory.adopt();
    const { id: staff } = await groups.create(realm.name, 'Staff');
    const { id: crew } = await groups.create(realm.name, 'Crew');
    const [u = '', v = '', w = ''] = await groups.users(realm.name, ['u', 'v', 'w']);
    const enrolments = [
      { userUuid: u, groups: ['staff', 'CREW', 'Staff'] },
      { userUuid: v, groups: [] },
      { userUuid: w, groups: ['crew'] },
    ];
    expect(await enrol(realm, enrolments, false)).toEqual([[staff, crew], [], [crew]]);
    expect(await groups.groupsOf(realm.name, 'u')).toEqual(['Crew', 'Staff']);
    expect(await groups.groupsOf(realm.name, 'w')).toEqual(['Crew']);
    expect(await groups.typesOf(u)).toEqual([]);
  });

  it('which are made where they are not there, once a name, as first written, each with its event', async () => {
    const realm = await directory.adopt();
    const { id: staff } = await groups.create(realm.name, 'Staff');
    const [u = '', v = ''] = await groups.users(realm.name, ['u', 'v']);
    const enrolments = [
      { userUuid: u, groups: ['Night Crew', 'staff'] },
      { userUuid: v, groups: ['NIGHT CREW', 'Guests'] },
    ];
    const [[crew = '', again] = [], [same, guests] = []] = await enrol(realm, enrolments, true);
    expect([again, same]).toEqual([staff, crew]);
    expect(await groups.show(realm.name, 'night crew')).toMatchObject({ id: crew, group: 'Night Crew' });
    expect(await groups.show(realm.name, 'guests')).toMatchObject({ id: guests });
    expect((await groupEvents(realm)).map(({ group }) => group).sort()).toEqual(['Guests', 'Night Crew', 'Staff']);
  });

  it('but not where a group is not there, or could not be made; a refused user makes no group', async () => {
    const [realm, other] = [await directory.adopt(), await directory.adopt()];
    await groups.create(realm.name, 'Staff');
    await groups.create(realm.name, 'Gone');
    await groups.delete(realm.name, 'Gone');
    await groups.create(other.name, 'Elsewhere');
    const names = ['STAFF', 'Gone', 'Elsewhere', ' Blank', 'a\u200bb'];
    const unknown = { code: 'group.unknown', detail: 'does not exist' };
    expect(await refusals(realm, names, false)).toEqual([undefined, unknown, unknown, unknown, unknown]);
    const [blank, unseen] = [
      'begins with white space: U+0020 at position 1',
      'holds U+200B at position 2, which is not seen',
    ];
    const invalid = (detail: string) => ({ code: 'group.name_invalid', detail });
    const made = [undefined, undefined, undefined];
    expect(await refusals(realm, names, true)).toEqual([...made, invalid(blank), invalid(unseen)]);
    const [u = ''] = await groups.users(realm.name, ['u']);
    expect(await enrol(realm, [{ userUuid: u, groups: ['New', ' Blank'] }], true)).toEqual([]);
    expect((await groupEvents(realm)).map(({ group }) => group)).toEqual(['Staff', 'Gone']);
  });

  it('by a caller who has heeded the refusals', async () => {
    const realm = await directory.adopt();
    const [userUuid = ''] = await groups.users(realm.name, ['u']);
    const careless = directory.get(UnitOfWork).run(unbounded, async (tx) => {
      const found = await directory.get(HoldGroups).hold(tx, realm.id, ['Nowhere'], false);
      return directory.get(EnrolMembers).enrol(tx, realm, asked(), found, [{ userUuid, groups: ['Nowhere'] }]);
    });
    await expect(careless).rejects.toThrow(/nor may be made/);
  });

  it('at once from many sides, and each group is made once', async () => {
    const realm = await directory.adopt();
    const names = Array.from({ length: 10 }, (_, index) => `Group ${index}`);
    const ids = await groups.users(
      realm.name,
      Array.from({ length: 8 }, (_, index) => `user ${index}`),
    );
    const answers = await Promise.all(
      ids.map((userUuid, index) =>
        enrol(realm, [{ userUuid, groups: index % 2 === 0 ? names : names.toReversed() }], true),
      ),
    );
    const made = answers.map(([groupUuids = []]) => [...groupUuids].sort());
    expect(new Set(made.map((groupUuids) => groupUuids.join())).size).toBe(1);
    expect(await groupEvents(realm)).toHaveLength(10);
    expect(await groups.membersOf(realm.name, 'Group 0')).toHaveLength(8);
  });

  it('in a transaction that keeps the groups as they were found', async () => {
    const realm = await directory.adopt();
    await groups.create(realm.name, 'Staff');
    const [userUuid = ''] = await groups.users(realm.name, ['u']);
    let deletion: Promise<unknown> = Promise.resolve();
    await directory.get(UnitOfWork).run(unbounded, async (tx) => {
      const found = await directory.get(HoldGroups).hold(tx, realm.id, ['Staff'], false);
      deletion = groups.delete(realm.name, 'Staff');
      await directory.get(EnrolMembers).enrol(tx, realm, asked(), found, [{ userUuid, groups: ['Staff'] }]);
    });
    await deletion;
    expect(await groups.groupsOf(realm.name, 'u')).toEqual([]);
  });
});
