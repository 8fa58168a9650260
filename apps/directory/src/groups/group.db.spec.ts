import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { codeOf, Groups } from '../../../../test/directory/ask-groups.js';
import { Users } from '../../../../test/directory/ask-users.js';
import { asked, specDirectory } from '../../../../test/directory/open-directory.js';

const directory = specDirectory();
const groups = new Groups(directory);

const newRealm = async () => (await directory.adopt()).name;
const unacceptable = ['', '  ', 'a\nb', 'Staff ', 'Staff\u200b', '\u202effatS', 'x'.repeat(257)];
const acceptable = [
  'SharePoint Visitors',
  'a/b\\c?d#e%f',
  `CN="O'Brien, Jr.";OU=*`,
  '総務部',
  'Отдел кадров',
  'محاسبة',
  'वित्त',
  '👩‍👩‍👧‍👦'.replaceAll('\u200d', ''),
  '𠮷野家',
  'Ελλάς',
  '__proto__',
  '{"a"}',
  '>',
  'NULL',
];

describe('a group is made', () => {
  it('once a name as compared, with an event', async () => {
    const realm = await newRealm();
    const { id } = await groups.create(realm, 'SharePoint Visitors');
    expect(await codeOf(groups.create(realm, 'sharepoint visitors'))).toBe('group.exists');
    expect(await groups.eventsOf(id)).toEqual([
      {
        type: 'directory.group.created',
        realm,
        target: { kind: 'group', id },
        details: { group: 'SharePoint Visitors' },
      },
    ]);
  });

  it.each(acceptable)('with any name that is seen as it is: %s', async (group) => {
    const realm = await newRealm();
    const { id } = await groups.create(realm, group);
    expect(await groups.show(realm, group)).toMatchObject({ id, group });
    await groups.user(realm, 'jane');
    expect(await groups.add(realm, ['jane'], [group])).toEqual([]);
    expect(await groups.groupsOf(realm, 'jane')).toEqual([group]);
    expect(await groups.delete(realm, group)).toEqual({ id });
  });

  it.each(unacceptable)('with no other: %j', async (group) => {
    expect(await codeOf(groups.create(await newRealm(), group))).toBe('group.name_invalid');
  });

  it.each([
    ['Straße', 'STRASSE'],
    ['é', 'e\u0301'],
    ['Ωmega', 'ωMEGA'],
    ['ﬁnance', 'FINANCE'],
    ['علی\u200cرضا', 'علیرضا'],
  ])('under a name that has one owner however it is written: %s, %s', async (written, other) => {
    const realm = await newRealm();
    const { id } = await groups.create(realm, written);
    expect(await codeOf(groups.create(realm, other))).toBe('group.exists');
    expect(await groups.show(realm, other)).toMatchObject({ id, group: written });
  });

  it('by one of many who try at once', async () => {
    const realm = await newRealm();
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => codeOf(groups.create(realm, 'Staff'))));
    expect(outcomes.sort()).toEqual(['done', ...Array.from({ length: 19 }, () => 'group.exists')]);
  });

  it('in every realm by itself, and in none that is not known', async () => {
    const [one, other] = [await newRealm(), await newRealm()];
    const ids = [(await groups.create(one, 'Staff')).id, (await groups.create(other, 'Staff')).id];
    expect(new Set(ids).size).toBe(2);
    expect(await codeOf(groups.create('no-such-realm', 'Staff'))).toBe('realm.unknown');
  });

  it('with the same answer when it is asked again', async () => {
    const [realm, context] = [await newRealm(), asked()];
    const first = await groups.create(realm, 'Staff', context);
    expect(await groups.create(realm, 'Staff', context)).toEqual(first);
    expect(await groups.typesOf(first.id)).toEqual(['group.created']);
  });
});

describe('a group is shown', () => {
  it('as it was written, found as it is compared', async () => {
    const realm = await newRealm();
    const { id } = await groups.create(realm, 'Staff');
    const shown = await groups.show(realm, 'ＳＴＡＦＦ');
    expect(shown).toEqual({ id, group: 'Staff', createdAt: expect.stringMatching(/^\d{4}-.*Z$/) });
  });

  it('in its own realm only', async () => {
    const [one, other] = [await newRealm(), await newRealm()];
    await groups.create(one, 'Staff');
    expect(await codeOf(groups.show(other, 'Staff'))).toBe('group.unknown');
    expect(await codeOf(groups.show('no-such-realm', 'Staff'))).toBe('realm.unknown');
  });
});

describe('a group is renamed', () => {
  it('with its members and one event, and its old name is free', async () => {
    const realm = await newRealm();
    const { id } = await groups.create(realm, 'Staff');
    await groups.user(realm, 'jane');
    await groups.add(realm, ['jane'], ['Staff']);
    expect(await groups.rename(realm, 'STAFF', 'Crew')).toEqual({ id });
    expect(await groups.groupsOf(realm, 'jane')).toEqual(['Crew']);
    expect(await codeOf(groups.show(realm, 'Staff'))).toBe('group.unknown');
    expect((await groups.eventsOf(id)).at(-1)).toMatchObject({
      type: 'directory.group.renamed',
      details: { group: 'Crew', previousGroup: 'Staff' },
    });
    expect((await groups.create(realm, 'Staff')).id).not.toBe(id);
  });

  it('also where only the writing changes; to what it is called already, nothing happens', async () => {
    const realm = await newRealm();
    const { id } = await groups.create(realm, 'staff');
    expect(await groups.rename(realm, 'staff', 'STAFF')).toEqual({ id });
    expect(await groups.rename(realm, 'staff', 'STAFF')).toEqual({ id });
    expect((await groups.show(realm, 'staff')).group).toBe('STAFF');
    expect(await groups.typesOf(id)).toEqual(['group.created', 'group.renamed']);
  });

  it('to no name that another group of the realm has, and nothing is changed', async () => {
    const [realm, other] = [await newRealm(), await newRealm()];
    const { id } = await groups.create(realm, 'Staff');
    await groups.create(realm, 'Crew');
    await groups.create(other, 'Guests');
    expect(await codeOf(groups.rename(realm, 'Staff', 'CREW'))).toBe('group.exists');
    expect(await groups.typesOf(id)).toEqual(['group.created']);
    expect(await groups.rename(realm, 'Staff', 'Guests')).toEqual({ id });
  });

  it.each(unacceptable)('to no name that is not acceptable: %j', async (newName) => {
    const realm = await newRealm();
    await groups.create(realm, 'Staff');
    expect(await codeOf(groups.rename(realm, 'Staff', newName))).toBe('group.name_invalid');
  });

  it('only where it is', async () => {
    const [realm, other] = [await newRealm(), await newRealm()];
    await groups.create(other, 'Staff');
    expect(await codeOf(groups.rename(realm, 'Staff', 'Crew'))).toBe('group.unknown');
    expect(await codeOf(groups.rename('no-such-realm', 'Staff', 'Crew'))).toBe('realm.unknown');
  });

  it('with the same answer when it is asked again, also when another group has the old name by then', async () => {
    const [realm, context] = [await newRealm(), asked()];
    const { id } = await groups.create(realm, 'Staff');
    await groups.rename(realm, 'Staff', 'Crew', context);
    const heir = await groups.create(realm, 'Staff');
    expect(await groups.rename(realm, 'Staff', 'Crew', context)).toEqual({ id });
    expect(await groups.show(realm, 'Staff')).toMatchObject(heir);
  });

  it('by one of two who want the same name, and by none of two who would exchange theirs', async () => {
    const realm = await newRealm();
    await Promise.all(['a', 'b'].map((name) => groups.create(realm, name)));
    const wanted = await Promise.all(['a', 'b'].map((name) => codeOf(groups.rename(realm, name, 'c'))));
    expect(wanted.sort()).toEqual(['done', 'group.exists']);
    const left = (await codeOf(groups.show(realm, 'a'))) === 'done' ? 'a' : 'b';
    const exchange = [codeOf(groups.rename(realm, left, 'c')), codeOf(groups.rename(realm, 'c', left))];
    expect(await Promise.all(exchange)).toEqual(['group.exists', 'group.exists']);
  });
});

describe('a group is deleted', () => {
  it('with one event, and is absent from every operation at once', async () => {
    const realm = await newRealm();
    const { id } = await groups.create(realm, 'Staff');
    await groups.users(realm, ['jane', 'john']);
    await groups.add(realm, ['jane', 'john'], ['Staff']);
    expect(await groups.delete(realm, 'staff')).toEqual({ id });
    expect(await groups.groupsOf(realm, 'jane')).toEqual([]);
    const outcomes = [
      groups.show(realm, 'Staff'),
      groups.membersOf(realm, 'Staff'),
      groups.rename(realm, 'Staff', 'Crew'),
      groups.delete(realm, 'Staff'),
    ];
    expect(await Promise.all(outcomes.map(codeOf))).toEqual(outcomes.map(() => 'group.unknown'));
    expect(await groups.add(realm, ['jane'], ['Staff'])).toEqual([
      { userIndex: 0, groupIndex: 0, problem: 'group.unknown' },
    ]);
    expect(await groups.typesOf(id)).toEqual(['group.created', 'group.deleted']);
  });

  it('and its name is free at once, for a group without its members', async () => {
    const realm = await newRealm();
    const { id } = await groups.create(realm, 'Staff');
    await groups.user(realm, 'jane');
    await groups.add(realm, ['jane'], ['Staff']);
    await groups.delete(realm, 'Staff');
    const heir = await groups.create(realm, 'STAFF');
    expect(heir.id).not.toBe(id);
    expect([await groups.groupsOf(realm, 'jane'), await groups.membersOf(realm, 'Staff')]).toEqual([[], []]);
    await groups.delete(realm, 'Staff');
    await groups.create(realm, 'Other');
    await groups.rename(realm, 'Other', 'staff');
    expect((await groups.show(realm, 'Staff')).group).toBe('staff');
  });

  it('so that it no longer is the one that the realm demands', async () => {
    const { name: realm } = await directory.adopt('compat', { requiredGroups: ['Staff'] });
    await groups.user(realm, 'jane');
    await groups.create(realm, 'Staff');
    await groups.add(realm, ['jane'], ['Staff']);
    await groups.delete(realm, 'Staff');
    expect((await new Users(directory).show(realm, 'jane')).isGroupMissing).toBe(true);
  });

  it('with the same answer when it is asked again, and its heir stays', async () => {
    const [realm, context] = [await newRealm(), asked()];
    const { id } = await groups.create(realm, 'Staff');
    await groups.delete(realm, 'Staff', context);
    const heir = await groups.create(realm, 'Staff');
    expect(await groups.delete(realm, 'Staff', context)).toEqual({ id });
    expect(await groups.show(realm, 'Staff')).toMatchObject(heir);
  });

  it('only where it is', async () => {
    const [realm, other] = [await newRealm(), await newRealm()];
    await groups.create(other, 'Staff');
    expect(await codeOf(groups.delete(realm, 'Staff'))).toBe('group.unknown');
    expect(await codeOf(groups.delete(`r-${randomUUID().slice(0, 8)}`, 'Staff'))).toBe('realm.unknown');
    expect(await codeOf(groups.show(other, 'Staff'))).toBe('done');
  });
});
