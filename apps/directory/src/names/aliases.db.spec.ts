import { randomUUID } from 'node:crypto';
import { foldName, importUserRecords } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import { codeOf, Groups } from '../../../../test/directory/ask-groups.js';
import { Users } from '../../../../test/directory/ask-users.js';
import { asked, specDirectory } from '../../../../test/directory/open-directory.js';
import { ImportUserRecords } from '../imports/import-user-records.js';

const directory = specDirectory();
const users = new Users(directory);

const give = (realm: string, userId: string, ...aliases: string[]) => users.update(realm, userId, { aliases });

const user = (userId: string, ...aliases: string[]) => ({ id: randomUUID(), userId, aliases });
async function bring(realm: string, people: readonly ReturnType<typeof user>[]): Promise<string[]> {
  const request = importUserRecords.request.parse({ realm, users: people });
  const { outcomes } = await directory.get(ImportUserRecords).import(request, asked());
  return outcomes.map(({ outcome, problem }) => problem ?? outcome);
}

/** What each name of the realm means: a user id or an alias; names that mean two things would stand twice. */
const namesOf = async (realmId: string) =>
  (
    await directory.administer<{ key: string }>(
      `select user_key as key from directory.user where realm_id = $1
       union all select alias_key from directory.user_alias where realm_id = $1`,
      [realmId],
    )
  ).map(({ key }) => key);

describe('a user is found by an alias', () => {
  it('wherever by the user id: shown, resolved, updated, marked, renamed, put into groups', async () => {
    const { name: realm } = await directory.adopt();
    const id = await users.create(realm, 'jane', { name: { given: 'Jane' } });
    await give(realm, 'jane', 'Jané Doe', 'EXAMPLE\\jane');
    for (const name of ['jané doe', 'example\\JANE']) {
      expect(await users.resolve(realm, name)).toMatchObject({ id, userId: 'jane' });
      expect(await users.profile(realm, name)).toMatchObject({ id, aliases: ['Jané Doe', 'EXAMPLE\\jane'] });
    }
    await users.update(realm, 'jané doe', { notes: 'found' });
    await users.mark(realm, 'jané doe', 'locked');
    const groups = new Groups(directory);
    await groups.create(realm, 'Staff');
    expect(await groups.add(realm, ['JANÉ doe'], ['Staff'])).toEqual([]);
    await users.rename(realm, 'jané doe', 'joan');
    expect(await users.show(realm, 'jané doe')).toMatchObject({
      id,
      userId: 'joan',
      notes: 'found',
      state: 'locked',
      groups: ['Staff'],
    });
  });

  it('of its own realm only', async () => {
    const [one, other] = [await directory.adopt(), await directory.adopt()];
    await users.create(one.name, 'jane');
    await give(one.name, 'jane', 'jd');
    const id = await users.create(other.name, 'jd');
    expect(await codeOf(users.resolve(other.name, 'jane'))).toBe('user.unknown');
    expect((await users.resolve(other.name, 'jd')).id).toBe(id);
  });

  it('until the alias is taken away, with an event that tells no name', async () => {
    const { name: realm } = await directory.adopt();
    const id = await users.create(realm, 'jane');
    await give(realm, 'jane', 'a', 'b');
    await give(realm, 'jane', 'b', 'c');
    await give(realm, 'jane', 'B', 'c', 'C');
    await give(realm, 'jane', 'B', 'c');
    expect((await users.show(realm, 'jane')).aliases).toEqual(['B', 'c']);
    expect(await codeOf(users.resolve(realm, 'a'))).toBe('user.unknown');
    await give(realm, 'jane');
    expect(await codeOf(users.resolve(realm, 'c'))).toBe('user.unknown');
    const set = { set: ['aliases'], cleared: [] };
    expect((await users.eventsOf(id)).map(({ details }) => details)).toEqual([
      set,
      set,
      set,
      { set: [], cleared: ['aliases'] },
    ]);
  });
});

describe('a name', () => {
  it('is that of one user, whether it is a user id or an alias', async () => {
    const { name: realm } = await directory.adopt();
    for (const userId of ['jane', 'joan']) await users.create(realm, userId);
    await give(realm, 'jane', 'jd');
    for (const refused of [
      () => give(realm, 'joan', 'x', 'JD'),
      () => give(realm, 'joan', 'Jane'),
      () => give(realm, 'joan', 'JOAN'),
      () => users.create(realm, 'Jd'),
      () => users.rename(realm, 'joan', 'JD'),
      () => users.rename(realm, 'jane', 'jd'),
    ])
      expect(await codeOf(refused())).toBe('user.exists');
    // the field is named
    await expect(give(realm, 'joan', 'JOAN')).rejects.toMatchObject({ detail: expect.stringMatching(/^aliases: /) });
    await expect(users.rename(realm, 'jane', 'jd')).rejects.toMatchObject({
      detail: expect.stringMatching(/^newUserId: /),
    });
    expect((await users.show(realm, 'joan')).aliases).toEqual([]);
    await give(realm, 'jane');
    expect(await codeOf(users.rename(realm, 'joan', 'jd'))).toBe('done');
    expect(await codeOf(give(realm, 'jane', 'joan'))).toBe('done');
  });

  it('is an alias by the rules of user ids, and refused beside what else is asked', async () => {
    const { name: realm } = await directory.adopt();
    await users.create(realm, 'jane');
    const asked = users.update(realm, 'jane', { aliases: ['ok', 'not\u200bok'], notes: 'x' });
    const detail = 'aliases.2: holds U+200B at position 4, which is not seen';
    await expect(asked).rejects.toMatchObject({ code: 'user.id_invalid', detail });
    expect((await users.show(realm, 'jane')).notes).toBeUndefined();
  });

  it('is free again when the user is erased', async () => {
    const { name: realm } = await directory.adopt();
    const id = await users.create(realm, 'jane');
    await give(realm, 'jane', 'jd');
    await users.erase(realm, id);
    expect(await codeOf(users.create(realm, 'jd'))).toBe('done');
  });

  it('goes to one of many who want it at once, as a user id or as an alias', async () => {
    const { id: realmId, name: realm } = await directory.adopt('compat', { uniqueEmail: true });
    const givers = Array.from({ length: 6 }, (_, index) => `u${index}`);
    for (const userId of givers) await users.create(realm, userId);
    for (let round = 0; round < 15; round += 1) {
      const [wanted, other] = [`wanted ${round}`, `other ${round}`];
      const outcomes = await Promise.all([
        ...givers.slice(0, 3).map((userId) => codeOf(give(realm, userId, wanted, other))),
        ...givers.slice(3, 5).map((userId) => codeOf(users.rename(realm, userId, wanted.toUpperCase()))),
        codeOf(users.create(realm, wanted, { emails: [{ position: 1, value: `${round}@example.com` }] })),
        codeOf(users.create(realm, other)),
      ]);
      expect(new Set(outcomes)).toEqual(new Set(['done', 'user.exists']));
      const names = await namesOf(realmId);
      expect(new Set(names).size).toBe(names.length);
      expect(names.filter((name) => name === foldName(wanted))).toHaveLength(1);
      for (const [index, userId] of givers.slice(0, 5).entries()) {
        if (outcomes[index] !== 'done') continue;
        if (index < 3) await give(realm, userId);
        else await users.rename(realm, wanted, userId);
      }
    }
  });
});

describe('aliases of an import', () => {
  it('are names like user ids: each belongs to one user of the realm, as a user id or as an alias', async () => {
    const { name: realm } = await directory.adopt();
    await bring(realm, [user('there', 'also there')]);
    const users = [
      user('ALSO there'),
      user('a', 'There'),
      user('b', 'also there'),
      user('c', 'x'),
      user('X'),
      user('d', 'C'),
      user('e', 'X', 'y'),
      user('y'),
      user('there', 'also THERE'),
    ];
    expect(await bring(realm, users)).toEqual([
      ...['user.exists', 'user.exists', 'user.exists', 'created', 'user.exists', 'user.exists', 'user.exists'],
      ...['created', 'same'],
    ]);
  });
});
