import { randomUUID } from 'node:crypto';
import { foldName, listUsers, type ReplyOf, type UserChangesInput, type UserState } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Users } from '../../../../test/directory/ask-users.js';
import { specDirectory } from '../../../../test/directory/open-directory.js';
import { CountUsers } from './count-users.js';
import { ListUsers } from './list-users.js';

const directory = specDirectory();
const users = new Users(directory);

type Listed = ReplyOf<typeof listUsers>['users'][number];

const list = (request: object) => directory.get(ListUsers).list(listUsers.request.parse(request));
const create = (realm: string, userId: string, changes: UserChangesInput = {}) => users.create(realm, userId, changes);
const mark = (realm: string, userId: string, state: UserState) => users.mark(realm, userId, state);
const mails = (...values: string[]) => ({ emails: values.map((value, index) => ({ position: index + 1, value })) });

/** Users whose names and mail addresses are all of one text. */
const fillLarge = `
  with settled as (
    insert into directory.user_identity (id) select gen_random_uuid() from generate_series(1, $2) returning id
  ), users as (
    insert into directory.user (id, realm_id, user_id, user_key, family_name_key, given_name, family_name, contacts)
    select id, $1, id, id, 'same', $3::text, $3::text,
      json_build_object('emails', json_build_array(json_build_object('value', $3::text)))
    from settled returning id
  )
  insert into directory.contact (id, user_uuid, realm_id, channel, position, value, value_key, kind, added_at)
  select gen_random_uuid(), id, $1, 'email', 1, 'same', 'same', 'other', now() from users`;

/** All pages, one after another. */
async function walk(query: object, limit: number): Promise<Listed[]> {
  const found: Listed[] = [];
  for (let after: string | undefined; ; ) {
    const page = await list({ ...query, limit, after });
    expect(page.users.length).toBeLessThanOrEqual(limit);
    found.push(...page.users);
    if (page.next === undefined) return found;
    expect(page.users).toHaveLength(limit);
    after = page.next;
  }
}
const userIds = (users: readonly Listed[]) => users.map(({ userId }) => userId);
const byCodePoints = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other));

describe('a list of users', () => {
  it('shows who they are, and only what they have', async () => {
    const { name: realm } = await directory.adopt();
    const changes: UserChangesInput = {
      name: { given: 'Jane', family: 'Doe' },
      emails: [
        { position: 3, value: 'other@example.com' },
        { position: 2, value: 'jane@example.com' },
      ],
      pin: '4711',
      phones: [{ position: 1, value: '1' }],
    };
    const [jane, bare] = [await create(realm, 'Jane', changes), await create(realm, 'bare')];
    await mark(realm, 'bare', 'disabled');
    const createdAt = expect.stringMatching(/^\d{4}-.*Z$/);
    expect(await list({ realm })).toEqual({
      users: [
        { id: bare, userId: 'bare', state: 'disabled', name: {}, createdAt },
        {
          id: jane,
          userId: 'Jane',
          state: 'active',
          name: { given: 'Jane', family: 'Doe' },
          email: 'jane@example.com',
          createdAt,
        },
      ],
    });
  });

  it.each(['userId', 'email', 'familyName'])(
    'by %s keeps every page far below what one message carries',
    async (by) => {
      const { id, name: realm } = await directory.adopt();
      await directory.administer(fillLarge, [id, 300, '\u0001'.repeat(2_000)]);
      const sizes: number[] = [];
      const found: Listed[] = [];
      for (let after: string | undefined; ; ) {
        const page = await list({ realm, by, limit: 1_000, after });
        sizes.push(Buffer.byteLength(JSON.stringify(page)));
        found.push(...page.users);
        if (page.next === undefined) break;
        after = page.next;
      }
      expect(new Set(userIds(found)).size).toBe(300);
      expect(found).toHaveLength(300);
      expect(Math.max(...sizes)).toBeLessThan(530 * 1_024);
      expect(sizes.length).toBeLessThan(30);
    },
  );

  it('is of one realm, and says where none is', async () => {
    const [one, other] = [await directory.adopt(), await directory.adopt()];
    await create(one.name, 'jane', { name: { family: 'Doe' }, ...mails('jane@example.com') });
    for (const by of ['userId', 'email', 'familyName'])
      expect(await list({ realm: other.name, by })).toEqual({ users: [] });
    await expect(list({ realm: 'no-such-realm' })).rejects.toMatchObject({ code: 'realm.unknown' });
  });

  it('is of those with a state, where one is asked for', async () => {
    const { name: realm } = await directory.adopt();
    for (const userId of ['a', 'b', 'c', 'd']) await create(realm, userId);
    await mark(realm, 'b', 'locked');
    await mark(realm, 'd', 'locked');
    expect(userIds(await walk({ realm, state: 'locked' }, 1))).toEqual(['b', 'd']);
    expect(userIds(await walk({ realm, state: 'active' }, 1))).toEqual(['a', 'c']);
    await expect(list({ realm, by: 'email', state: 'locked' })).rejects.toMatchObject({ code: 'request.malformed' });
  });

  it('by mail address shows a user with several once, at the first that fits', async () => {
    const { name: realm } = await directory.adopt();
    await create(realm, 'two', mails('z@example.com', 'A@example.com', 'ab@example.com', 'a@EXAMPLE.com'));
    await create(realm, 'one', mails('aa@example.com'));
    await create(realm, 'none');
    for (const limit of [1, 2, 100]) {
      expect(userIds(await walk({ realm, by: 'email' }, limit))).toEqual(['two', 'one']);
      expect(userIds(await walk({ realm, by: 'email', prefix: 'Ab' }, limit))).toEqual(['two']);
      expect(userIds(await walk({ realm, by: 'email', prefix: 'a' }, limit))).toEqual(['two', 'one']);
    }
    for (const prefix of ['aa@', 'AA@EX', 'aa@example.com'])
      expect(userIds((await list({ realm, by: 'email', prefix })).users)).toEqual(['one']);
  });

  it('by family name follows a change of it', async () => {
    const { name: realm } = await directory.adopt();
    await create(realm, 'jane', { name: { family: 'Παπασταθόπουλος' } });
    expect(userIds((await list({ realm, by: 'familyName', prefix: 'ΠΑΠΑΣ' })).users)).toEqual(['jane']);
    const update = (family: string) => users.update(realm, 'jane', { name: { family } });
    await update('Straße');
    expect(userIds((await list({ realm, by: 'familyName', prefix: 'STRASS' })).users)).toEqual(['jane']);
    expect(userIds((await list({ realm, by: 'familyName', prefix: 'Παπας' })).users)).toEqual([]);
    await update('');
    expect(userIds((await list({ realm, by: 'familyName' })).users)).toEqual([]);
  });

  it('is counted', async () => {
    const { name: realm } = await directory.adopt();
    for (const userId of ['a', 'b', 'c']) await create(realm, userId);
    expect(await directory.get(CountUsers).count({ realm })).toEqual({ users: 3 });
  });
});

describe('pages', () => {
  const letters = fc.constantFrom('a', 'B', 'ß', 'é', '\u{10fffd}', '\ue000', '\u{1d518}', '%', '_', '\\', '*');
  const word = fc.string({ unit: letters, minLength: 1, maxLength: 4 });

  it('of any size, put together, hold each user once and in order, for every prefix', async () => {
    const { name: realm } = await directory.adopt();
    const names = new Set(fc.sample(word, { numRuns: 60, seed: 7 }).map(foldName));
    const people = [...names].map((key) => ({
      key,
      lastName: key.slice(0, 1) === '\ud835' ? key : (Array.from(key)[0] ?? ''),
    }));
    await Promise.all(people.map(({ key, lastName }) => create(realm, key, { name: { family: lastName } })));
    const sorted = people.map(({ key }) => key).sort(byCodePoints);
    await fc.assert(
      fc.asyncProperty(fc.option(word, { nil: '' }), fc.integer({ min: 1, max: 70 }), async (prefix, limit) => {
        const folded = foldName(prefix);
        const found = await walk({ realm, prefix }, limit);
        expect(userIds(found)).toEqual(sorted.filter((key) => key.startsWith(folded)));
        const named = await walk({ realm, by: 'familyName', prefix }, limit);
        const expected = people.filter(({ lastName }) => foldName(lastName).startsWith(folded));
        expect(new Set(userIds(named))).toEqual(new Set(expected.map(({ key }) => key)));
        expect(named).toHaveLength(expected.length);
        const keys = named.map(({ name }) => foldName(name.family ?? ''));
        expect(keys).toEqual([...keys].sort(byCodePoints));
      }),
      { numRuns: 60 },
    );
  });

  it('go on where they ended, also when that user is gone', async () => {
    const { name: realm } = await directory.adopt();
    const ids = [];
    for (const userId of ['a', 'b', 'c']) ids.push(await create(realm, userId));
    const { next } = await list({ realm, limit: 2 });
    await directory.administer('delete from directory.user where id = $1', [ids[1]]);
    expect(userIds((await list({ realm, after: next })).users)).toEqual(['c']);
  });

  it('are not gone on with by a cursor that is none of them', async () => {
    const { name: realm } = await directory.adopt();
    for (const userId of ['a', 'b']) await create(realm, userId, { name: { family: 'Doe' } });
    const { next: ofAnother } = await list({ realm, by: 'familyName', limit: 1 });
    const { next: ofAnotherPrefix } = await list({ realm, limit: 1 });
    await expect(list({ realm, prefix: 'b', after: ofAnotherPrefix })).rejects.toMatchObject({
      code: 'request.malformed',
    });
    const made = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const cursors = [ofAnother, '', 'x', made(null), made(['userId']), made(['userId', '\0', randomUUID()])];
    for (const after of [...cursors, made(['userId', 'a', `' or true --`])])
      await expect(list({ realm, after })).rejects.toMatchObject({ code: 'request.malformed' });
  });

  it('never fail otherwise, whatever the cursor', async () => {
    const { name: realm } = await directory.adopt();
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 100 }), fc.uuid(), async (key, id) => {
        const after = Buffer.from(JSON.stringify(['userId', key, id])).toString('base64url');
        const code = await list({ realm, after }).then(
          () => undefined,
          (error: { code?: string }) => error.code,
        );
        expect([undefined, 'request.malformed']).toContain(code);
      }),
    );
  });
});
