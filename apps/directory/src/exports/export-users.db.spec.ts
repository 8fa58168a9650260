import { randomUUID } from 'node:crypto';
import { exportSecrets, exportUsers, importUserRecords, type ReplyOf, type RequestInput } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import { asked, specDirectory } from '../../../../test/directory/open-directory.js';
import { ImportUserRecords } from '../imports/import-user-records.js';
import { ExportSecrets } from './export-secrets.js';
import { ExportUsers } from './export-users.js';

const directory = specDirectory();

type Exported = ReplyOf<typeof exportUsers>['users'][number];
type User = Omit<RequestInput<typeof importUserRecords>['users'][number], 'id'>;

async function bring(realm: string, users: readonly User[]): Promise<string[]> {
  const withIds = users.map((user) => ({ id: randomUUID(), ...user }));
  const request = importUserRecords.request.parse({ realm, users: withIds, createGroups: true });
  const { outcomes } = await directory
    .get(ImportUserRecords)
    .import(request, asked({ actor: { kind: 'operator', id: 'o' } }));
  expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['created']));
  return withIds.map(({ id }) => id);
}
/** Attributes beyond what a user can be given. */
const enlarge = (realm: string, userKeys: string[], attributes: object) =>
  directory.administer(
    `update directory.user set attributes = $3::jsonb
     where user_key = any ($2) and realm_id = (select id from realm where name = $1)`,
    [realm, userKeys, JSON.stringify(attributes)],
  );
const page = async (request: object) =>
  exportUsers.reply.parse(await directory.get(ExportUsers).export(exportUsers.request.parse(request)));
async function walk(realm: string, limit: number): Promise<{ users: Exported[]; sizes: number[] }> {
  const users: Exported[] = [];
  const sizes: number[] = [];
  for (let after: string | undefined; ; ) {
    const found = await page({ realm, limit, after });
    expect(found.users.length).toBeLessThanOrEqual(limit);
    users.push(...found.users);
    sizes.push(Buffer.byteLength(JSON.stringify(found)));
    if (found.next === undefined) return { users, sizes };
    expect(found.users.length).toBeGreaterThan(0);
    after = found.next;
  }
}

describe('an export', () => {
  it('hands out whole users, without PIN and answers', async () => {
    const { name: realm } = await directory.adopt();
    const user = {
      userId: 'Jane',
      state: 'locked' as const,
      aliases: ['jd', 'J. Doe'],
      displayName: 'Jane Doe',
      name: { given: 'Jané "J"' },
      emails: [{ value: 'jane@example.com', verifiedAt: '2026-01-02T03:04:05.678Z' }],
      phones: [{ position: 3, value: '+49 1', kind: 'mobile' as const, label: 'own', details: { platform: 'x' } }],
      pin: '4711',
      attributes: { extended1: '17' },
      questions: { 1: { question: 'Pet?', answer: 'Rex' } },
      groups: ['Staff', 'sales'],
    };
    const [id] = await bring(realm, [user]);
    const record = { id: expect.any(String), addedAt: expect.any(String) };
    expect(await page({ realm })).toEqual({
      users: [
        {
          id,
          userId: 'Jane',
          state: 'locked',
          aliases: ['jd', 'J. Doe'],
          displayName: 'Jane Doe',
          name: { given: 'Jané "J"' },
          emails: [{ ...record, position: 1, kind: 'other', ...user.emails[0] }],
          phones: [{ ...record, ...user.phones[0] }],
          attributes: { extended1: '17' },
          questions: { 1: 'Pet?' },
          groups: ['sales', 'Staff'],
        },
      ],
    });
  });

  it.each([1, 2, 7, 40, 41, 1000])('by pages of %i hands out each user of the realm once, in order', async (limit) => {
    const [one, other] = [await directory.adopt(), await directory.adopt()];
    const names = Array.from({ length: 40 }, (_, index) => `u${String(index).padStart(2, '0')}`);
    await bring(
      one.name,
      names.toReversed().map((userId) => ({ userId })),
    );
    await bring(other.name, [{ userId: 'u05' }]);
    expect((await walk(one.name, limit)).users.map(({ userId }) => userId)).toEqual(names);
  });

  it('keeps every page far below what one message carries, however large its users are', async () => {
    const { name: realm } = await directory.adopt();
    const large = '\u0001'.repeat(2_000);
    const users = Array.from({ length: 60 }, (_, index) => ({
      userId: `u${index}`,
      attributes: index % 3 === 0 ? Object.fromEntries(['1', '2', '3'].map((key) => [`custom${key}`, large])) : {},
    }));
    await bring(realm, users);
    const { users: found, sizes } = await walk(realm, 1_000);
    expect(new Set(found.map(({ userId }) => userId)).size).toBe(60);
    expect(sizes.length).toBeGreaterThan(1);
    for (const size of sizes) expect(size).toBeLessThan(600 * 1_024);
  });

  it('hands out a user who alone is larger than a page', async () => {
    const { name: realm } = await directory.adopt();
    const attributes = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`extended${index + 1}`, '€'.repeat(2_000)]),
    );
    await bring(
      realm,
      ['a', 'b', 'c'].map((userId) => ({ userId })),
    );
    await enlarge(realm, ['a', 'b', 'c'], attributes);
    expect((await walk(realm, 10)).users.map(({ userId }) => userId)).toEqual(['a', 'b', 'c']);
  });

  it('names a user whom no message could carry, and hands out all others', async () => {
    const { name: realm } = await directory.adopt();
    const attributes = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`extended${index + 1}`, '\u0001'.repeat(2_000)]),
    );
    const ids = await bring(realm, [{ userId: 'a' }, { userId: 'b' }, { userId: 'c' }, { userId: 'd' }]);
    await enlarge(realm, ['b', 'c'], attributes);
    const pages = [];
    for (let after: string | undefined; ; ) {
      const { users, tooLarge = [], next } = await page({ realm, limit: 10, after });
      pages.push([users.map(({ userId }) => userId), tooLarge]);
      if (next === undefined) break;
      after = next;
    }
    expect(pages).toEqual([
      [['a'], []],
      [[], [{ id: ids[1], userId: 'b' }]],
      [[], [{ id: ids[2], userId: 'c' }]],
      [['d'], []],
    ]);
  });

  it('goes on by its own cursor only', async () => {
    const { name: realm } = await directory.adopt();
    for (const after of [
      '',
      'x',
      Buffer.from('["a","b"]').toString('base64url'),
      Buffer.from('["\\u0000"]').toString('base64url'),
    ])
      await expect(page({ realm, after })).rejects.toMatchObject({ code: 'request.malformed' });
    await expect(page({ realm: 'no-such-realm' })).rejects.toMatchObject({ code: 'realm.unknown' });
  });
});

describe('an export of secrets', () => {
  const secrets = (realm: string, ids: string[]) =>
    directory.get(ExportSecrets).export({ realm, ids }, asked({ actor: { kind: 'operator', id: 'o' } }));
  const eventsOf = (realmId: string) =>
    directory.administer<{ details: unknown; actor: unknown }>(
      `select details, actor from directory.outbox where realm_id = $1 and type = 'directory.secret.exported' order by id`,
      [realmId],
    );
  const users: User[] = [
    { userId: 'jane', pin: '4711', questions: { 1: { question: 'Pet?', answer: 'Rex' } } },
    { userId: 'bare', name: { given: 'B' } },
  ];

  it('hands out PIN and answers of users of the realm, and tells each time that it did', async () => {
    const [one, other] = [await directory.adopt(), await directory.adopt()];
    const ids = await bring(one.name, users);
    const foreign = await bring(other.name, users);
    const expected = { secrets: [{ id: ids[0], pin: '4711', answers: { 1: 'Rex' } }] };
    expect(await secrets(one.name, [...ids, ...foreign, randomUUID()])).toEqual(expected);
    expect(await secrets(one.name, ids)).toEqual(expected);
    const event = { details: { ids: [ids[0]] }, actor: { kind: 'operator', id: 'o' } };
    expect(await eventsOf(one.id)).toEqual([event, event]);
    expect(await eventsOf(other.id)).toEqual([]);
  });

  it('hands out of the first ids what fits a message, tells of these alone, and says who remains', async () => {
    const { id, name: realm } = await directory.adopt();
    const large = '\u0001'.repeat(1_000);
    const questions = Object.fromEntries(
      ['1', '2', '3', '4', '5', '6'].map((key) => [key, { question: key, answer: large }]),
    );
    const made = await bring(
      realm,
      Array.from({ length: 60 }, (_, index) => ({
        userId: `u${index}`,
        ...(index % 10 === 9 ? {} : { questions }),
      })),
    );
    const asking = [randomUUID(), ...made.toReversed(), randomUUID(), made[0] ?? ''];
    const handedOut: string[] = [];
    let rounds = 0;
    for (let left = asking; left.length > 0; rounds += 1) {
      const reply = exportSecrets.reply.parse(await secrets(realm, left));
      expect(Buffer.byteLength(JSON.stringify(reply))).toBeLessThan(530 * 1_024);
      for (const { answers } of reply.secrets) expect(Object.values(answers).join('')).toHaveLength(6_000);
      handedOut.push(...reply.secrets.map((one) => one.id));
      left = reply.remaining ?? [];
    }
    expect(handedOut).toEqual(made.toReversed().filter((_, index) => index % 10 !== 0));
    expect(rounds).toBeGreaterThan(2);
    const told = (await eventsOf(id)).map(({ details }) => (details as { ids: string[] }).ids);
    expect(told).toHaveLength(rounds);
    expect(told.flat()).toEqual(handedOut);
  });

  it('keeps no answer with them for repetitions', async () => {
    const { name: realm } = await directory.adopt();
    const ids = await bring(realm, users);
    const count = () => directory.administer('select count(*) from directory.idempotency_record');
    const before = await count();
    await secrets(realm, ids);
    expect(await count()).toEqual(before);
  });

  it('has none in clear in a strict realm, and then nothing to tell', async () => {
    const { id, name: realm } = await directory.adopt('strict');
    const ids = await bring(realm, users);
    expect(await secrets(realm, ids)).toEqual({ secrets: [] });
    expect(await eventsOf(id)).toEqual([]);
  });

  it('is refused whole when a key is missing', async () => {
    const { id, name: realm } = await directory.adopt();
    const ids = await bring(realm, users);
    directory.keyRing.replace();
    await expect(secrets(realm, ids)).rejects.toMatchObject({ code: 'key_ring.key_unknown' });
    expect(await eventsOf(id)).toEqual([]);
  });
});
