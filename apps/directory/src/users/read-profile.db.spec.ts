import { randomUUID } from 'node:crypto';
import { type Profile, realmSettings } from '@countersign/contracts';
import { AdoptRealm } from '@countersign/realms';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { asked, type OpenDirectory, openDirectory } from '../../../../test/directory/open-directory.js';
import { AddMembers } from '../groups/add-members.js';
import { CreateGroup } from '../groups/create-group.js';
import { CreateUser } from './create-user.js';
import { MarkUser } from './mark-user.js';
import { ResolveUser } from './resolve-user.js';
import { ShowProfile } from './show-profile.js';
import { ShowUser } from './show-user.js';

let directory: OpenDirectory;
beforeAll(async () => {
  directory = await openDirectory();
});
afterAll(async () => directory.close());

const content = {
  properties: { firstName: 'Jane', email1: 'jane@example.com', pinHash: '4711' },
  knowledgeBase: { kbq1: { question: 'Pet?', answer: 'Rex' }, helpDeskKb: { question: 'City?', answer: 'Köln' } },
};

async function create(realm: string, userId: string, changes: Partial<typeof content> = {}): Promise<string> {
  const id = randomUUID();
  const request = { id, realm, userId, properties: {}, knowledgeBase: {}, ...changes };
  await directory.get(CreateUser).run(request, asked());
  return id;
}
const profileOf = (realm: string, userId: string) => directory.get(ShowProfile).run({ realm, userId });
const userOf = (realm: string, userId: string) => directory.get(ShowUser).run({ realm, userId });
const resolve = (realm: string, userId: string) => directory.get(ResolveUser).run({ realm, userId });

describe('a profile (secureauth C.1)', () => {
  it('shows PIN and answers in clear in a compat realm, and nothing that has no data', async () => {
    const { name } = await directory.adopt('compat');
    const id = await create(name, 'Jane', content);
    expect(await profileOf(name, 'JANE')).toEqual({
      id,
      userId: 'Jane',
      state: 'active',
      properties: {
        firstName: { value: 'Jane', isWritable: true },
        email1: { value: 'jane@example.com', isWritable: true },
        pinHash: { value: '4711', isWritable: true },
      },
      knowledgeBase: content.knowledgeBase,
      groups: [],
    });
  });

  it('never shows PIN and answers in a strict realm, where only sealed hashes of them are kept', async () => {
    const { name } = await directory.adopt('strict');
    const id = await create(name, 'jane', content);
    const shown = await profileOf(name, 'jane');
    expect(Object.keys(shown.properties).sort()).toEqual(['email1', 'firstName']);
    expect(shown.knowledgeBase).toEqual({
      kbq1: { question: 'Pet?', answer: '' },
      helpDeskKb: { question: 'City?', answer: '' },
    });
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
    expect([shown.properties.pinHash, shown.knowledgeBase.kbq1?.answer]).toEqual([undefined, '']);
  });

  it('leaves PIN and answers out for the eyes of people', async () => {
    const { name } = await directory.adopt('compat');
    await create(name, 'jane', content);
    const shown = await userOf(name, 'jane');
    expect(shown.properties.pinHash).toBeUndefined();
    expect(shown.knowledgeBase.kbq1).toEqual({ question: 'Pet?', answer: '' });
  });

  it('shows extended properties read-only, by their display name or else by their key', async () => {
    const { id: realmId, name } = await directory.adopt();
    await create(name, 'jane');
    await directory.administer('update directory.realm set extended_property_names = $2 where id = $1', [
      realmId,
      { ExtProperty1: 'Cost centre' },
    ]);
    await directory.administer('update directory.user set extended_properties = $2 where realm_id = $1', [
      realmId,
      { ExtProperty1: '42', ExtProperty2: 'x' },
    ]);
    expect((await profileOf(name, 'jane')).properties).toEqual({
      ExtProperty1: { value: '42', isWritable: false, displayName: 'Cost centre' },
      ExtProperty2: { value: 'x', isWritable: false, displayName: 'ExtProperty2' },
    });
  });

  it('names the groups in their order, and a missing demanded group only of a user who is active', async () => {
    const { id, name } = await directory.adopt('compat', { requiredGroups: ['Staff'] });
    await create(name, 'jane');
    for (const group of ['Zulu', 'STAFF', 'Alpha'])
      await directory.get(CreateGroup).run({ realm: name, group }, asked());
    expect((await profileOf(name, 'jane')).state).toBe('group_missing');
    await directory.get(AddMembers).run({ realm: name, groups: ['Zulu'], userIds: ['jane'] }, asked());
    expect((await resolve(name, 'jane')).state).toBe('group_missing');
    await directory.get(MarkUser).run({ realm: name, userId: 'jane', status: 'disabled' }, asked());
    expect((await profileOf(name, 'jane')).state).toBe('disabled');
    await directory.get(MarkUser).run({ realm: name, userId: 'jane', status: 'active' }, asked());
    await directory.get(AddMembers).run({ realm: name, groups: ['staff'], userIds: ['jane'] }, asked());
    expect(await userOf(name, 'jane')).toMatchObject({ state: 'active', groups: ['STAFF', 'Zulu'] });
    expect((await resolve(name, 'jane')).state).toBe('active');
    expect(id).toBeDefined();
  });

  it('follows changed settings of the realm at once', async () => {
    const { id, name } = await directory.adopt();
    await create(name, 'jane');
    expect((await profileOf(name, 'jane')).state).toBe('active');
    const settings = realmSettings.parse({ requiredGroups: ['Staff'] });
    await directory
      .get(AdoptRealm)
      .adopt({ realmId: id, realm: name, profile: 'compat', settings, settingsVersion: 2 }, asked());
    expect((await profileOf(name, 'jane')).state).toBe('group_missing');
  });

  it('with a sealed value that was moved from another user is not shown', async () => {
    const { name } = await directory.adopt();
    const [one, other] = [await create(name, 'one', content), await create(name, 'other', content)];
    await directory.administer(
      'update directory.user set sealed_secrets = (select sealed_secrets from directory.user where id = $2) where id = $1',
      [one, other],
    );
    await expect(profileOf(name, 'one')).rejects.toThrow(/does not open/);
    expect((await profileOf(name, 'other')).properties.pinHash?.value).toBe('4711');
  });
});

describe('reads of one turn (guarantee G7)', () => {
  it('are one statement for realms with equal user ids, and mix up nothing', async () => {
    const realms = await Promise.all(Array.from({ length: 4 }, () => directory.adopt()));
    await Promise.all(
      realms.map(({ name }, index) =>
        create(name, 'jdoe', { properties: { ...content.properties, firstName: `${index}` } }),
      ),
    );
    const statements = jest.spyOn(directory.database, 'query');
    const shown = await Promise.all(realms.flatMap(({ name }) => [profileOf(name, 'jdoe'), profileOf(name, 'JDOE')]));
    expect(statements).toHaveBeenCalledTimes(1);
    statements.mockRestore();
    const names = (profiles: readonly Profile[]) => profiles.map((profile) => profile.properties.firstName?.value);
    expect(names(shown)).toEqual(['0', '0', '1', '1', '2', '2', '3', '3']);
    expect(new Set(shown.map(({ id }) => id)).size).toBe(4);
  });

  it('fail alone: an unknown realm, an unknown user, a value that does not open', async () => {
    const [one, other] = [await directory.adopt(), await directory.adopt()];
    await create(one.name, 'jdoe', content);
    const broken = await create(other.name, 'broken', content);
    await directory.administer(`update directory.user set sealed_secrets = '\\x00' where id = $1`, [broken]);
    const outcomes = await Promise.allSettled([
      profileOf(one.name, 'jdoe'),
      profileOf('no-such-realm', 'jdoe'),
      profileOf(other.name, 'jdoe'),
      profileOf(other.name, 'broken'),
      profileOf(one.name, 'jdoe'),
    ]);
    expect(
      outcomes.map((outcome) =>
        outcome.status === 'rejected' ? (outcome.reason.code ?? outcome.reason.name) : 'shown',
      ),
    ).toEqual(['shown', 'realm.unknown', 'user.unknown', 'SealBroken', 'shown']);
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
    await expect(resolve(name, userId)).resolves.toEqual({ id, userId, state: 'active' });
  });
});
