import {
  Problem,
  realmSettings,
  showProfile,
  showUser,
  type User,
  type UserChangesInput,
} from '@countersign/contracts';
import { AdoptRealm } from '@countersign/realms';
import { describe, expect, it, jest } from '@jest/globals';
import { Users } from '../../../../test/directory/ask-users.js';
import { asked, specDirectory } from '../../../../test/directory/open-directory.js';
import { ChangeMembers } from '../groups/change-members.js';
import { CreateGroup } from '../groups/create-group.js';

const directory = specDirectory();
const users = new Users(directory);

const content: UserChangesInput = {
  name: { given: 'Jane' },
  emails: [{ position: 1, value: 'jane@example.com' }],
  pin: '4711',
  questions: { 1: { question: 'Pet?', answer: 'Rex' }, help_desk: { question: 'City?', answer: 'Köln' } },
};
const create = (realm: string, userId: string, changes: UserChangesInput = {}) => users.create(realm, userId, changes);
const profileOf = (realm: string, userId: string) => users.profile(realm, userId);
const userOf = (realm: string, userId: string) => users.show(realm, userId);
const resolve = (realm: string, userId: string) => users.resolve(realm, userId);

describe('a profile', () => {
  it('shows PIN and answers in clear in a compat realm, and nothing that has no data', async () => {
    const { name } = await directory.adopt('compat');
    const id = await create(name, 'Jane', content);
    expect(showProfile.reply.parse(await profileOf(name, 'JANE'))).toEqual({
      id,
      userId: 'Jane',
      aliases: [],
      state: 'active',
      isGroupMissing: false,
      name: { given: 'Jane' },
      emails: [{ value: 'jane@example.com', kind: 'other', position: 1 }],
      phones: [],
      attributes: {},
      pin: '4711',
      questions: content.questions,
      groups: [],
    });
  });

  it('never shows PIN and answers in a strict realm, where only sealed hashes of them are kept', async () => {
    const { name } = await directory.adopt('strict');
    const id = await create(name, 'jane', content);
    const shown = await profileOf(name, 'jane');
    expect(shown.pin).toBeUndefined();
    expect(shown.questions).toEqual({ 1: { question: 'Pet?' }, help_desk: { question: 'City?' } });
    const [row] = await directory.administer<{ sealed_secrets: Buffer; all: string }>(
      'select sealed_secrets, u::text as all from directory.user u where id = $1',
      [id],
    );
    for (const secret of ['4711', 'Rex', '$argon2id$']) {
      expect(row?.sealed_secrets.includes(secret)).toBe(false);
      expect(row?.all).not.toContain(secret);
    }
  });

  it('shows no PIN and no answer in a strict realm even where they are kept readable', async () => {
    const { id: realmId, name } = await directory.adopt('compat');
    await create(name, 'jane', content);
    await directory.administer(`update directory.realm set profile = 'strict' where id = $1`, [realmId]);
    const shown = await profileOf(name, 'jane');
    expect([shown.pin, shown.questions[1]]).toEqual([undefined, { question: 'Pet?' }]);
  });

  it('leaves PIN and answers out for operators, and tells them ids and times of records', async () => {
    const { name } = await directory.adopt('compat');
    await create(name, 'jane', content);
    const shown = await userOf(name, 'jane');
    expect(shown.pin).toBeUndefined();
    const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);
    expect(showUser.reply.parse(shown)).toMatchObject({
      ...{ stateChangedAt: at, createdAt: at, updatedAt: at, activatedAt: at },
      emails: [{ id: expect.any(String), value: 'jane@example.com', kind: 'other', position: 1, addedAt: at }],
    });
    expect(shown.questions[1]).toEqual({ question: 'Pet?' });
  });

  it('names the groups in their order, and says that a demanded group is missing, whatever the state', async () => {
    const { id, name } = await directory.adopt('compat', { requiredGroups: ['Staff'] });
    await create(name, 'jane');
    for (const group of ['Zulu', 'STAFF', 'Alpha'])
      await directory.get(CreateGroup).create({ realm: name, group }, asked());
    expect(await profileOf(name, 'jane')).toMatchObject({ state: 'active', isGroupMissing: true });
    await directory.get(ChangeMembers).add({ realm: name, groups: ['Zulu'], userIds: ['jane'] }, asked());
    expect(await resolve(name, 'jane')).toMatchObject({ state: 'active', isGroupMissing: true });
    await users.mark(name, 'jane', 'disabled');
    expect(await profileOf(name, 'jane')).toMatchObject({ state: 'disabled', isGroupMissing: true });
    await users.mark(name, 'jane', 'active');
    await directory.get(ChangeMembers).add({ realm: name, groups: ['staff'], userIds: ['jane'] }, asked());
    expect(await userOf(name, 'jane')).toMatchObject({ isGroupMissing: false, groups: ['STAFF', 'Zulu'] });
    expect((await resolve(name, 'jane')).isGroupMissing).toBe(false);
    expect(id).toBeDefined();
  });

  it('follows changed settings of the realm at once', async () => {
    const { id, name } = await directory.adopt();
    await create(name, 'jane');
    expect((await profileOf(name, 'jane')).isGroupMissing).toBe(false);
    const settings = realmSettings.parse({ requiredGroups: ['Staff'] });
    await directory
      .get(AdoptRealm)
      .adopt({ realmId: id, realm: name, profile: 'compat', settings, settingsVersion: 2 }, asked());
    expect((await profileOf(name, 'jane')).isGroupMissing).toBe(true);
  });

  it('with a sealed value that was moved from another user is not shown', async () => {
    const { name } = await directory.adopt();
    const [one, other] = [await create(name, 'one', content), await create(name, 'other', content)];
    await directory.administer(
      'update directory.user set sealed_secrets = (select sealed_secrets from directory.user where id = $2) where id = $1',
      [one, other],
    );
    await expect(profileOf(name, 'one')).rejects.toThrow(/does not open/);
    expect((await profileOf(name, 'other')).pin).toBe('4711');
  });
});

describe('reads that come together (guarantee G7)', () => {
  it('are one statement for realms with equal user ids, and mix up nothing', async () => {
    const realms = await Promise.all(Array.from({ length: 4 }, () => directory.adopt()));
    await Promise.all(
      realms.map(({ name }, index) => create(name, 'jdoe', { ...content, name: { given: `${index}` } })),
    );
    const statements = jest.spyOn(directory.database, 'query');
    const asked = realms.flatMap(({ name: realm }) => ['jdoe', 'JDOE'].map((userId) => ({ realm, userId })));
    const shown = (await users.profiles(asked)) as User[];
    expect(statements).toHaveBeenCalledTimes(1);
    statements.mockRestore();
    const names = (profiles: readonly User[]) => profiles.map((profile) => profile.name.given);
    expect(names(shown)).toEqual(['0', '0', '1', '1', '2', '2', '3', '3']);
    expect(new Set(shown.map(({ id }) => id)).size).toBe(4);
  });

  it('fail alone: an unknown realm, an unknown user, a value that does not open', async () => {
    const [one, other] = [await directory.adopt(), await directory.adopt()];
    await create(one.name, 'jdoe', content);
    const broken = await create(other.name, 'broken', content);
    await directory.administer(`update directory.user set sealed_secrets = '\\x00' where id = $1`, [broken]);
    const outcomes = await users.profiles([
      { realm: one.name, userId: 'jdoe' },
      { realm: 'no-such-realm', userId: 'jdoe' },
      { realm: other.name, userId: 'jdoe' },
      { realm: other.name, userId: 'broken' },
      { realm: one.name, userId: 'jdoe' },
    ]);
    const wordOf = (outcome: User | Error) => (outcome instanceof Problem ? outcome.code : outcome.name);
    expect(outcomes.map((outcome) => (outcome instanceof Error ? wordOf(outcome) : 'shown'))).toEqual([
      'shown',
      'realm.unknown',
      'user.unknown',
      'SealBroken',
      'shown',
    ]);
  });

  it.each([
    '*',
    '>',
    'a.b',
    `'; drop table directory.user --`,
    '{"a"}',
    '\\',
    '"',
    'NULL',
    '%',
    'a,b',
    '名前',
    '__proto__',
  ])('find a user by any id as data: %s', async (userId) => {
    const { name } = await directory.adopt();
    const id = await create(name, userId);
    await expect(resolve(name, userId)).resolves.toEqual({ id, userId, state: 'active', isGroupMissing: false });
  });
});
