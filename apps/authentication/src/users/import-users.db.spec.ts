import { randomUUID } from 'node:crypto';
import { importUsers as importOperation, importUserRecords, withdrawUserIds } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import { ssha } from '../../../../test/authentication/foreign-hashes.js';
import { asked, codeOf } from '../../../../test/authentication/open-authentication.js';
import { better, good, peopleOf } from '../../../../test/authentication/people.js';
import { specService } from '../../../../test/authentication/spec-service.js';
import { PasswordSecrets } from '../passwords/password-secrets.js';
import { ReserveCredentials } from '../passwords/reserve-credentials.js';
import { FindRealm } from '../realms/find-realm.js';
import { ImportUsers } from './import-users.js';

const spec = specService({ poolSize: 8 });
const { register, change, erase, importUsers, credentials, kept, sweep } = peopleOf(spec);

const ann = { userId: 'ann', name: { given: 'Ann' }, passwordHash: ssha(good) };
const bob = { userId: 'bob', passwordHash: ssha(better) };
const bare = { userId: 'bare' };
const unreadable = { userId: 'unreadable', passwordHash: 'plain text' };
const grouped = { userId: 'grouped', groups: ['no such group'], passwordHash: ssha(good) };

/** Everything that an import may write. */
const everything = () =>
  Promise.all(['credential', 'reservation', 'outbox', 'idempotency_record'].map((t) => spec.count(t)));
const importsOf = async (realm: string) => {
  const events = await spec.eventsOf((await spec.get(FindRealm).find(realm)).realmId);
  return events.filter(({ type }) => type === 'authentication.password.imported').map(({ details }) => details.ids);
};
const idOf = (realm: string, userId: string) => spec.directory.user(realm, userId).id;
const unsupported = { outcome: 'refused', problem: 'password.hash_unsupported' };
const unknownFormat = { ...unsupported, detail: expect.stringContaining('no supported format') };

describe('importing users', () => {
  it('gives each an outcome by position, and a password to those that were created with one', async () => {
    const realm = await spec.realm();
    const { outcomes } = await importUsers(realm, [ann, unreadable, bare, grouped, bob]);
    const [annId, bareId, bobId] = ['ann', 'bare', 'bob'].map((userId) => idOf(realm, userId));
    expect(outcomes).toEqual([
      { outcome: 'created', id: annId },
      unknownFormat,
      { outcome: 'created', id: bareId },
      { outcome: 'refused', problem: 'group.unknown' },
      { outcome: 'created', id: bobId },
    ]);
    expect(await kept()).toEqual([2, 0]);
    expect(await importsOf(realm)).toEqual([[annId, bobId]]);
    expect(await codeOf(change(realm, 'ann', good))).toBe('done');
    expect(await codeOf(change(realm, 'bob', good))).toBe('password.mismatch');
    expect(await codeOf(change(realm, 'bob', better, good))).toBe('done');
    expect(await codeOf(change(realm, 'bare', good))).toBe('password.mismatch');
  });

  it('tells the directory everything but the hashes, and nothing of users who are refused here', async () => {
    const realm = await spec.realm();
    await importUsers(realm, [unreadable, { ...ann, state: 'disabled' }], { createGroups: true });
    const { request } = spec.directory.asks.at(-1) ?? {};
    expect(request).toMatchObject({ realm, createGroups: true, dryRun: false });
    expect(request?.users).toMatchObject([{ userId: 'ann', name: { given: 'Ann' }, state: 'disabled' }]);
    expect(JSON.stringify(request)).not.toContain('SSHA');
  });

  it('that are all refused here writes nothing and asks no service', async () => {
    const [realm, before] = [await spec.realm(), await everything()];
    const asks = spec.directory.asks.length;
    expect(await importUsers(realm, [unreadable])).toEqual({ outcomes: [unknownFormat] });
    expect([await everything(), spec.directory.asks.length]).toEqual([before, asks]);
  });

  it('who are there already leaves them the password they have, and says that it is another', async () => {
    const realm = await spec.realm();
    const mine = await register(realm, 'ann', better);
    const before = await kept();
    const { outcomes } = await importUsers(realm, [
      ann,
      { userId: 'ann', passwordHash: ssha(good) },
      { userId: 'ann' },
    ]);
    expect(outcomes).toEqual([
      { outcome: 'different', id: mine.id, detail: 'passwordHash' },
      { outcome: 'different', id: mine.id, detail: 'passwordHash' },
      { outcome: 'same', id: mine.id },
    ]);
    expect(await kept()).toEqual(before);
    expect(await importsOf(realm)).toEqual([]);
    expect(await codeOf(change(realm, 'ann', better, good))).toBe('done');
  });

  it.each([
    ['had no password', { userId: 'ann' }],
    ['had another', { userId: 'ann', passwordHash: ssha(better) }],
  ])('who %s says so, and gives them this one by an update', async (_, first) => {
    const realm = await spec.realm();
    await importUsers(realm, [first]);
    const id = idOf(realm, 'ann');
    const hashed = { userId: 'ann', passwordHash: ssha(good) };
    const different = { outcome: 'different', id, detail: 'passwordHash' };
    expect((await importUsers(realm, [hashed])).outcomes).toEqual([different]);
    expect(await codeOf(change(realm, 'ann', good))).toBe('password.mismatch');
    const updated = { ...different, outcome: 'updated' };
    expect((await importUsers(realm, [hashed], { update: true, dryRun: true })).outcomes).toEqual([updated]);
    expect((await importUsers(realm, [hashed])).outcomes).toEqual([different]);
    expect((await importUsers(realm, [hashed], { update: true })).outcomes).toEqual([updated]);
    expect((await importsOf(realm)).at(-1)).toEqual([id]);
    expect((await importUsers(realm, [hashed], { update: true })).outcomes).toEqual([{ outcome: 'same', id }]);
    await sweep();
    expect(await codeOf(change(realm, 'ann', good))).toBe('done');
  });

  it('by an update brings names and passwords, in one outcome each, and of two for one user the second', async () => {
    const realm = await spec.realm();
    await importUsers(realm, [{ userId: 'ann' }, bob]);
    const [annId, bobId] = [idOf(realm, 'ann'), idOf(realm, 'bob')];
    const users = [
      ann,
      { ...ann, passwordHash: ssha(better) },
      bob,
      { ...grouped, userId: 'bob', passwordHash: ssha(good) },
    ];
    const { outcomes } = await importUsers(realm, users, { update: true });
    expect(outcomes).toEqual([
      { outcome: 'updated', id: annId, detail: 'passwordHash' },
      { outcome: 'updated', id: annId, detail: 'passwordHash' },
      { outcome: 'same', id: bobId },
      { outcome: 'refused', problem: 'group.unknown' },
    ]);
    expect(await codeOf(change(realm, 'ann', better, good))).toBe('done');
    expect(await codeOf(change(realm, 'bob', better, good))).toBe('done');
  });

  it('by an update that is asked again does not undo what they have chosen since', async () => {
    const [realm, context] = [await spec.realm(), asked()];
    await importUsers(realm, [{ userId: 'ann', passwordHash: ssha(better) }]);
    const users = [{ userId: 'ann', passwordHash: ssha(good) }];
    const [first, second] = await Promise.all([1, 2].map(() => importUsers(realm, users, { update: true }, context)));
    expect(second).toEqual(first);
    expect(await codeOf(change(realm, 'ann', good, better))).toBe('done');
    expect(await importUsers(realm, users, { update: true }, context)).toEqual(first);
    expect(await codeOf(change(realm, 'ann', better, good))).toBe('done');
  });

  it('by an update leaves no password to one who was erased meanwhile', async () => {
    const realm = await spec.realm();
    await importUsers(realm, [{ userId: 'ann' }]);
    const id = idOf(realm, 'ann');
    spec.directory.meanwhile(importUserRecords, async () => {
      spec.directory.answerWith(importUserRecords, { outcomes: [{ outcome: 'same', id }] });
    });
    await erase(realm, 'ann');
    await importUsers(realm, [{ userId: 'ann', passwordHash: ssha(good) }], { update: true });
    expect(await credentials(id)).toHaveLength(1);
    await sweep();
    expect(await credentials(id)).toEqual([]);
  });

  it('of one name twice lets the first win', async () => {
    const realm = await spec.realm();
    const [before] = await kept();
    const { outcomes } = await importUsers(realm, [bob, { ...bob, passwordHash: ssha(good) }, bob], { update: true });
    expect(outcomes).toEqual([
      { outcome: 'created', id: idOf(realm, 'bob') },
      { outcome: 'different', id: idOf(realm, 'bob'), detail: 'passwordHash' },
      { outcome: 'same', id: idOf(realm, 'bob') },
    ]);
    expect((await kept())[0]).toBe(before + 1);
    expect(await codeOf(change(realm, 'bob', better, good))).toBe('done');
  });

  it('takes as many as fit one request', async () => {
    const realm = await spec.realm();
    const users = Array.from({ length: 500 }, (_, n) => ({ userId: `user ${n}`, passwordHash: ssha(good) }));
    const { outcomes } = await importUsers(realm, users);
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['created']));
    expect(await importsOf(realm)).toEqual([outcomes.map(({ id }) => id)]);
    expect(await codeOf(change(realm, 'user 499', good))).toBe('done');
  });

  it('keeps no hash that can be read, nor one that works for another user', async () => {
    const realm = await spec.realm();
    await importUsers(realm, [ann, bob]);
    const [all] = await spec.sql<{ text: string }>(
      `select string_agg(t, '') as text from (select encode(sealed_password_hash, 'escape') as t from credential
       union all select o::text from outbox o union all select encode(sealed_answer, 'escape') from idempotency_record) x`,
    );
    for (const { passwordHash } of [ann, bob]) expect(all?.text).not.toContain(passwordHash.slice(6));
    await spec.sql(
      'update credential set sealed_password_hash = (select sealed_password_hash from credential where id = $1) where id = $2',
      [idOf(realm, 'ann'), idOf(realm, 'bob')],
    );
    await expect(change(realm, 'bob', good)).rejects.toMatchObject({ name: 'SealBroken' });
  });

  it('into a realm that there is not is realm.unknown', async () => {
    expect(await codeOf(importUsers('no-such-realm', [ann]))).toBe('realm.unknown');
  });
});

describe('a dry run', () => {
  it('says what would come of it and changes nothing at all', async () => {
    const realm = await spec.realm();
    const mine = await register(realm, 'bob', good);
    const [before, users] = [await everything(), spec.directory.users.length];
    const { outcomes } = await importUsers(realm, [ann, bob, unreadable, grouped], { dryRun: true });
    expect(outcomes).toEqual([
      { outcome: 'created' },
      { outcome: 'different', id: mine.id, detail: 'passwordHash' },
      unknownFormat,
      { outcome: 'refused', problem: 'group.unknown' },
    ]);
    expect([await everything(), spec.directory.users.length]).toEqual([before, users]);
    expect(spec.directory.asks.at(-1)?.request).toMatchObject({ dryRun: true });
  });
});

describe('an import that is asked again with the same key', () => {
  it('answers the same, whatever has become of the users', async () => {
    const [realm, context] = [await spec.realm(), asked()];
    const first = await importUsers(realm, [ann, bob, grouped, unreadable], {}, context);
    await erase(realm, 'ann');
    spec.directory.user(realm, 'bob').userId = 'robert';
    const before = await everything();
    expect(await importUsers(realm, [ann, bob, grouped, unreadable], {}, context)).toEqual(first);
    expect(await everything()).toEqual(before);
    expect(await codeOf(change(realm, 'robert', better, good))).toBe('done');
  });

  it('at the same time makes each user once', async () => {
    const [realm, context] = [await spec.realm(), asked()];
    const [credentialCount] = await kept();
    const [one, two] = await Promise.all([1, 2].map(() => importUsers(realm, [ann, bob], {}, context)));
    expect(two).toEqual(one);
    expect(await kept()).toEqual([credentialCount + 2, 0]);
    expect(await importsOf(realm)).toHaveLength(1);
  });

  it.each(['before', 'after'] as const)(
    'after the answer was lost %s the directory worked ends as one import',
    async (step) => {
      const [realm, context] = [await spec.realm(), asked()];
      const [credentialCount] = await kept();
      spec.directory.fail(importUserRecords, step);
      expect(await codeOf(importUsers(realm, [ann, grouped, bob], {}, context))).toBe('bus.deadline');
      expect(await kept()).toEqual([credentialCount + 3, 1]);
      const { outcomes } = await importUsers(realm, [ann, grouped, bob], {}, context);
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(['created', 'refused', 'created']);
      expect(await kept()).toEqual([credentialCount + 2, 0]);
      expect(await importsOf(realm)).toEqual([[idOf(realm, 'ann'), idOf(realm, 'bob')]]);
    },
  );

  it('and with other users is refused', async () => {
    const [realm, context] = [await spec.realm(), asked()];
    await importUsers(realm, [ann], {}, context);
    expect(await codeOf(importUsers(realm, [bob], {}, context))).toBe('request.key_reused');
    const otherHash = { ...ann, passwordHash: ssha(better) };
    expect(await codeOf(importUsers(realm, [otherHash], {}, context))).toBe('request.key_reused');
  });
});

describe('an import that is asked again of a program that reads other hashes', () => {
  /** What the program that was asked first has reserved. */
  async function reservedBy(other: { readonly realm: string; readonly users: object[]; readonly isRead: boolean[] }) {
    const [realm, context] = [await spec.get(FindRealm).find(other.realm), asked()];
    const request = importOperation.request.parse({ realm: other.realm, users: other.users });
    const ids = other.isRead.map((is) => (is ? randomUUID() : null));
    const people = ids.flatMap((id) => (id === null ? [] : [{ id, hash: ssha(good) }]));
    const toBe = { realm, cause: 'imported', ids, credentials: spec.get(PasswordSecrets).keep(people) } as const;
    await spec.get(ReserveCredentials).reserve(importOperation, request, toBe, context);
    return { ids, context };
  }

  it('gives no user the password of another: a refused record stays refused', async () => {
    const realm = await spec.realm();
    const { ids, context } = await reservedBy({ realm, users: [bob, ann], isRead: [false, true] });
    const { outcomes } = await importUsers(realm, [bob, ann], {}, context);
    expect(outcomes).toEqual([unsupported, { outcome: 'created', id: ids[1] }]);
    expect(await codeOf(change(realm, 'ann', good))).toBe('done');
  });

  it('creates whom the other could read, with the password that was kept then', async () => {
    const realm = await spec.realm();
    const { ids, context } = await reservedBy({ realm, users: [unreadable, ann], isRead: [true, true] });
    const { outcomes } = await importUsers(realm, [unreadable, ann], {}, context);
    expect(outcomes).toEqual(ids.map((id) => ({ outcome: 'created', id })));
    for (const { userId } of [unreadable, ann]) expect(await codeOf(change(realm, userId, good))).toBe('done');
  });
});

describe('an import of which the end was not heard', () => {
  it('before the directory worked ends as nothing, until it is asked again', async () => {
    const [realm, context] = [await spec.realm(), asked()];
    const [credentialCount] = await kept();
    spec.directory.fail(importUserRecords, 'before');
    const users = [ann, unreadable, grouped, bob];
    expect(await codeOf(importUsers(realm, users, {}, context))).toBe('bus.deadline');
    await sweep();
    expect(await kept()).toEqual([credentialCount, 0]);
    // the ids are spent: the users come to be under others, with the passwords that were given along
    const first = await importUsers(realm, users, {}, context);
    expect(first.outcomes.map(({ problem }) => problem)).toEqual([
      undefined,
      'password.hash_unsupported',
      'group.unknown',
      undefined,
    ]);
    expect([await kept(), await importsOf(realm)]).toEqual([
      [credentialCount + 2, 0],
      [[idOf(realm, 'ann'), idOf(realm, 'bob')]],
    ]);
    expect(await codeOf(change(realm, 'ann', good))).toBe('done');
    expect(await codeOf(change(realm, 'bob', better, good))).toBe('done');
    const [before, again] = [
      await everything(),
      await Promise.all([1, 2].map(() => importUsers(realm, users, {}, context))),
    ];
    expect([again, await everything()]).toEqual([[first, first], before]);
  });

  it('before the directory worked, time and again, is still done by asking again', async () => {
    const [realm, context] = [await spec.realm(), asked()];
    for (const _ of [1, 2, 3]) {
      spec.directory.fail(importUserRecords, 'before');
      expect(await codeOf(importUsers(realm, [ann], {}, context))).toBe('bus.deadline');
      await sweep();
    }
    expect((await importUsers(realm, [ann], {}, context)).outcomes).toEqual([
      { outcome: 'created', id: idOf(realm, 'ann') },
    ]);
    expect(await codeOf(change(realm, 'ann', good))).toBe('done');
  });

  it('after the directory worked leaves users their passwords and refused ones none, told once', async () => {
    const realm = await spec.realm();
    const mine = await register(realm, 'bob', good);
    const [credentialCount] = await kept();
    spec.directory.fail(importUserRecords, 'after');
    expect(await codeOf(importUsers(realm, [grouped, bare, ann, bob]))).toBe('bus.deadline');
    expect(await codeOf(change(realm, 'ann', good))).toBe('done');
    await Promise.all([sweep(), sweep()]);
    expect(await kept()).toEqual([credentialCount + 1, 0]);
    expect([await credentials(idOf(realm, 'ann')), await credentials(mine.id)]).toMatchObject([[{ version: 2 }], [{}]]);
    expect(await importsOf(realm)).toEqual([[idOf(realm, 'ann')]]);
    expect(await codeOf(change(realm, 'bob', good))).toBe('done');
  });

  it('because the database was stuck after the directory worked: it is answered, and settled by the sweep', async () => {
    const realm = await spec.realm();
    const [credentialCount] = await kept();
    const hurried = await spec.replica({ statementTimeoutMs: 200 });
    let release = async () => {};
    spec.directory.meanwhile(importUserRecords, async () => {
      release = await spec.hold('reservation');
    });
    const request = importOperation.request.parse({ realm, users: [ann, grouped] });
    const { outcomes } = await hurried.get(ImportUsers).import(request, asked());
    await release();
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['created', 'refused']);
    expect(await kept()).toEqual([credentialCount + 2, 1]);
    await sweep();
    expect([await kept(), await importsOf(realm)]).toEqual([[credentialCount + 1, 0], [[idOf(realm, 'ann')]]]);
  });

  it('waits for a directory that cannot be asked', async () => {
    const realm = await spec.realm();
    const [credentialCount] = await kept();
    spec.directory.fail(importUserRecords, 'after');
    expect(await codeOf(importUsers(realm, [ann, grouped]))).toBe('bus.deadline');
    spec.directory.fail(withdrawUserIds, 'before');
    expect(await sweep()).toBe(0);
    expect(await kept()).toEqual([credentialCount + 2, 1]);
    await sweep();
    expect(await kept()).toEqual([credentialCount + 1, 0]);
  });

  it('and one of whose users was erased meanwhile tells nothing of that password', async () => {
    const realm = await spec.realm();
    spec.directory.fail(importUserRecords, 'after');
    expect(await codeOf(importUsers(realm, [ann, bob]))).toBe('bus.deadline');
    const { id } = await erase(realm, 'ann');
    await sweep();
    expect([await credentials(id), await importsOf(realm)]).toEqual([[], [[idOf(realm, 'bob')]]]);
  });

  it('nor does a directory that answers for others than it was asked about leave a password without a user', async () => {
    const realm = await spec.realm();
    const [credentialCount] = await kept();
    spec.directory.answerWith(importUserRecords, { outcomes: [{ outcome: 'created' }] });
    await expect(importUsers(realm, [ann, bob])).rejects.toThrow('1 outcomes for 2 users');
    await sweep();
    expect(await kept()).toEqual([credentialCount, 0]);
  });
});
