import { randomUUID } from 'node:crypto';
import { createUser, markUser, resolveUser, withdrawUserIds } from '@countersign/contracts';
import type { ServiceTestDatabase } from '@countersign/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  administer,
  asked,
  authenticationDatabase,
  codeOf,
  createRealm,
  type OpenAuthentication,
  openAuthentication,
} from '../../../../test/authentication/open-authentication.js';
import { ChangePassword } from './change-password.js';
import { failureLimit } from './password.policy.js';
import { RegisterUser } from './register-user.js';
import { ResetPassword } from './reset-password.js';
import { SettleReservations } from './settle-reservations.js';

let place: ServiceTestDatabase;
let service: OpenAuthentication;
beforeAll(async () => {
  place = await authenticationDatabase();
  service = await openAuthentication(place.runtimeUrl, { poolSize: 8 });
});
afterAll(async () => {
  await service.close();
  await place.drop();
});

const good = 'correct horse battery staple';
const better = 'a wholly different phrase, longer';
const profile = { properties: {}, knowledgeBase: {} };

const register = (realm: string, userId: string, password = good, context = asked()) =>
  service.get(RegisterUser).run({ realm, userId, password, ...profile }, context);
const reset = (realm: string, userId: string, password = better, reportAccountState = true) =>
  service.get(ResetPassword).run({ realm, userId, password, reportAccountState }, asked());
const change = (realm: string, userId: string, from: string, to = better, options = {}, context = asked()) =>
  service
    .get(ChangePassword)
    .run({ realm, userId, currentPassword: from, newPassword: to, reportAccountState: true, ...options }, context);

interface Row {
  readonly id: string;
  readonly version: number;
  readonly consecutive_failures: number;
  readonly is_reserved: boolean;
  readonly locked_at: Date | null;
}
const credentials = (id: string) =>
  administer<Row>(
    place.url,
    'select id, version, consecutive_failures, reserved_at is not null as is_reserved, locked_at from authentication.credential where id = $1',
    [id],
  );
const countCredentials = async () =>
  (await administer<{ n: number }>(place.url, 'select count(*)::int as n from authentication.credential'))[0]?.n ?? 0;
const eventsOf = (id: string) =>
  administer<{ type: string; details: unknown }>(
    place.url,
    `select type, details from authentication.outbox where target ->> 'id' = $1 order by id`,
    [id],
  );
const age = () =>
  administer(place.url, `update authentication.credential set reserved_at = reserved_at - interval '1 hour'`);
const exhaust = (id: string) =>
  administer(place.url, 'update authentication.credential set consecutive_failures = $2 where id = $1', [
    id,
    failureLimit,
  ]);
const user = (realm: string, userId: string) => {
  const found = service.directory.users.find((one) => one.realm === realm && one.userId === userId);
  if (found === undefined) throw new Error('no such user');
  return found;
};

describe('registering a user', () => {
  it('leaves a user with a password, and one event', async () => {
    const realm = await createRealm(service);
    const { id } = await register(realm, 'jdoe');
    expect(await credentials(id)).toMatchObject([{ version: 1, is_reserved: false }]);
    expect(await eventsOf(id)).toEqual([{ type: 'authentication.password.set', details: { cause: 'created' } }]);
    expect(await codeOf(change(realm, 'jdoe', good))).toBe('done');
  });

  it.each([
    ['short', 'too_short'],
    ['password', 'common'],
  ])('with a refused password (%s) leaves nothing behind and hashes nothing', async (password, fault) => {
    const realm = await createRealm(service);
    const [rows, hashes, asks] = [await countCredentials(), service.hasher.hashes, service.directory.asks.length];
    await expect(register(realm, 'jdoe', password)).rejects.toMatchObject({ code: 'password.refused', detail: fault });
    expect([await countCredentials(), service.hasher.hashes, service.directory.asks.length]).toEqual([
      rows,
      hashes,
      asks,
    ]);
  });

  it('in a strict realm demands 15 characters', async () => {
    const realm = await createRealm(service, 'strict');
    expect(await codeOf(register(realm, 'jdoe', 'abcdefgh-1jklm'))).toBe('password.refused');
    expect(await codeOf(register(realm, 'jdoe', 'abcdefgh-1jklmn'))).toBe('done');
  });

  it('that the directory refuses leaves nothing behind', async () => {
    const realm = await createRealm(service);
    await register(realm, 'jdoe');
    const rows = await countCredentials();
    expect(await codeOf(register(realm, 'jdoe'))).toBe('user.exists');
    expect(await countCredentials()).toBe(rows);
  });

  it('whose answer was lost before the directory worked ends as nothing', async () => {
    const realm = await createRealm(service);
    const rows = await countCredentials();
    service.directory.fail(createUser, 'before');
    expect(await codeOf(register(realm, 'jdoe'))).toBe('bus.deadline');
    expect(await countCredentials()).toBe(rows + 1);
    await age();
    await service.get(SettleReservations).run();
    expect(await countCredentials()).toBe(rows);
    expect(await codeOf(register(realm, 'jdoe'))).toBe('done');
  });

  it('whose answer was lost after the directory worked ends as a user with a password', async () => {
    const realm = await createRealm(service);
    service.directory.fail(createUser, 'after');
    expect(await codeOf(register(realm, 'jdoe'))).toBe('bus.deadline');
    const { id } = user(realm, 'jdoe');
    expect(await credentials(id)).toMatchObject([{ is_reserved: true }]);
    expect(await codeOf(change(realm, 'jdoe', good))).toBe('done');
    await age();
    await service.get(SettleReservations).run();
    expect(await credentials(id)).toMatchObject([{ is_reserved: false, version: 2 }]);
    expect((await eventsOf(id)).map(({ details }) => details)).toContainEqual({ cause: 'created' });
  });

  it('a reservation that cannot be settled now is kept for the sweep', async () => {
    const realm = await createRealm(service);
    await register(realm, 'jdoe');
    const rows = await countCredentials();
    service.directory.fail(withdrawUserIds, 'before');
    expect(await codeOf(register(realm, 'jdoe'))).toBe('user.exists');
    expect(await countCredentials()).toBe(rows + 1);
    await service.get(SettleReservations).run();
    expect(await countCredentials()).toBe(rows + 1);
    await age();
    await service.get(SettleReservations).run();
    expect(await countCredentials()).toBe(rows);
  });

  it('asked again with the same key makes one user under one id', async () => {
    const realm = await createRealm(service);
    const context = asked();
    service.directory.fail(createUser, 'after');
    expect(await codeOf(register(realm, 'jdoe', good, context))).toBe('bus.deadline');
    const [one, two] = await Promise.all([
      register(realm, 'jdoe', good, context),
      register(realm, 'jdoe', good, context),
    ]);
    expect(one).toEqual({ id: user(realm, 'jdoe').id });
    expect(two).toEqual(one);
    expect(await codeOf(register(realm, 'jdoe', better, context))).toBe('request.key_reused');
  });
});

describe('an administrator resets a password', () => {
  it('for a user who had one, and for a user who had none', async () => {
    const realm = await createRealm(service);
    const { id } = await register(realm, 'jdoe');
    expect(await codeOf(reset(realm, 'jdoe'))).toBe('done');
    expect(await codeOf(change(realm, 'jdoe', good))).toBe('password.mismatch');
    expect(await codeOf(change(realm, 'jdoe', better, good))).toBe('done');
    expect((await eventsOf(id)).map(({ details }) => details)).toContainEqual({ cause: 'reset' });
    service.directory.add(realm, 'seeded', randomUUID());
    expect(await codeOf(reset(realm, 'seeded'))).toBe('done');
    expect(await codeOf(change(realm, 'seeded', better, good))).toBe('done');
  });

  it('not in a strict realm', async () => {
    const realm = await createRealm(service, 'strict');
    await register(realm, 'jdoe');
    expect(await codeOf(reset(realm, 'jdoe'))).toBe('password.choice_refused');
  });

  it('not for a bad account state when states are reported (v1), and in spite of it when not (v2, v3)', async () => {
    const realm = await createRealm(service);
    await register(realm, 'jdoe');
    for (const state of ['disabled', 'locked', 'password_expired', 'group_missing'] as const) {
      user(realm, 'jdoe').state = state;
      expect(await codeOf(reset(realm, 'jdoe'))).toBe(`user.${state}`);
      expect(await codeOf(reset(realm, 'jdoe', better, false))).toBe('done');
    }
  });

  it('not for nobody, and not to a refused password', async () => {
    const realm = await createRealm(service);
    expect(await codeOf(reset(realm, 'nobody'))).toBe('user.unknown');
    await register(realm, 'jdoe');
    expect(await codeOf(reset(realm, 'jdoe', 'short'))).toBe('password.refused');
    expect(await codeOf(reset('no-such-realm', 'jdoe'))).toBe('realm.unknown');
  });
});

describe('a user changes the own password', () => {
  it('a wrong current password changes nothing, and is counted and told', async () => {
    const realm = await createRealm(service);
    const { id } = await register(realm, 'jdoe');
    expect(await codeOf(change(realm, 'jdoe', 'not this one'))).toBe('password.mismatch');
    expect(await codeOf(change(realm, 'jdoe', 'nor this one'))).toBe('password.mismatch');
    expect(await credentials(id)).toMatchObject([{ version: 1, consecutive_failures: 2 }]);
    expect(await eventsOf(id)).toContainEqual({
      type: 'authentication.password.mismatched',
      details: { consecutiveFailures: 2 },
    });
    expect(await codeOf(change(realm, 'jdoe', good))).toBe('done');
    expect(await credentials(id)).toMatchObject([{ version: 2, consecutive_failures: 0 }]);
  });

  it('asked again with the same key it answers what it answered, and counts nothing', async () => {
    const realm = await createRealm(service);
    const { id } = await register(realm, 'jdoe');
    const context = asked();
    const [once, again] = [
      await change(realm, 'jdoe', good, better, {}, context),
      await change(realm, 'jdoe', good, better, {}, context),
    ];
    expect(again).toEqual(once);
    const wrong = asked();
    expect(await codeOf(change(realm, 'jdoe', good, better, {}, wrong))).toBe('password.mismatch');
    expect(await codeOf(change(realm, 'jdoe', good, better, {}, wrong))).toBe('password.mismatch');
    expect(await credentials(id)).toMatchObject([{ version: 2, consecutive_failures: 1 }]);
  });

  it('of many changes at once from one password, one wins', async () => {
    const realm = await createRealm(service);
    await register(realm, 'jdoe');
    const outcomes = await Promise.all(
      Array.from({ length: 12 }, (_, n) => codeOf(change(realm, 'jdoe', good, `a new and long phrase ${n}`))),
    );
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'password.mismatch')).toHaveLength(11);
  });

  const work = async (realm: string, userId: string, options = {}) => {
    const before = [service.hasher.hashes, service.hasher.verifications];
    const code = await codeOf(change(realm, userId, 'not this one', better, options));
    const after = [service.hasher.hashes, service.hasher.verifications];
    return [code, ...after.map((count, index) => count - (before[index] ?? 0))];
  };

  it.each(['active', 'disabled', 'locked', 'password_expired', 'group_missing'] as const)(
    'in v2 and v3 neither the answer nor the hash work tells that a user is %s (G11)',
    async (state) => {
      const realm = await createRealm(service);
      await register(realm, 'jdoe');
      user(realm, 'jdoe').state = state;
      expect(await work(realm, 'jdoe', { reportAccountState: false })).toEqual(['password.mismatch', 0, 1]);
    },
  );

  it('in v2 and v3 nor do they tell that there were too many failures', async () => {
    const realm = await createRealm(service);
    const { id } = await register(realm, 'jdoe');
    await exhaust(id);
    expect(await work(realm, 'jdoe', { reportAccountState: false })).toEqual(['password.mismatch', 0, 1]);
    expect(await work(realm, 'jdoe', { reportAccountState: false })).toEqual(['password.mismatch', 0, 1]);
  });

  it('unknown users and users without a password cost the same hash work (G11)', async () => {
    const realm = await createRealm(service);
    await register(realm, 'jdoe');
    service.directory.add(realm, 'bare', randomUUID());
    expect(await work(realm, 'jdoe')).toEqual(['password.mismatch', 0, 1]);
    expect(await work(realm, 'bare')).toEqual(['password.mismatch', 0, 1]);
    expect(await work(realm, 'nobody')).toEqual(['user.unknown', 0, 1]);
  });

  it('an expired password may be changed, and is not expired then', async () => {
    const realm = await createRealm(service);
    await register(realm, 'jdoe');
    user(realm, 'jdoe').state = 'password_expired';
    expect(await codeOf(change(realm, 'jdoe', good))).toBe('done');
    expect(user(realm, 'jdoe').state).toBe('active');
  });

  it.each(['disabled', 'locked'] as const)('a change does not undo that an operator has %s the user', async (state) => {
    const realm = await createRealm(service);
    await register(realm, 'jdoe');
    user(realm, 'jdoe').state = 'password_expired';
    service.directory.meanwhile(markUser, () => {
      user(realm, 'jdoe').state = state;
    });
    expect(await codeOf(change(realm, 'jdoe', good))).toBe('done');
    expect(user(realm, 'jdoe').state).toBe(state);
  });

  it('a disabled user is told so in v1; in v2 and v3 no password is right', async () => {
    const realm = await createRealm(service);
    const { id } = await register(realm, 'jdoe');
    user(realm, 'jdoe').state = 'disabled';
    expect(await codeOf(change(realm, 'jdoe', good))).toBe('user.disabled');
    expect(await codeOf(change(realm, 'jdoe', good, better, { reportAccountState: false }))).toBe('password.mismatch');
    expect(await credentials(id)).toMatchObject([{ version: 1 }]);
  });

  it('to a refused password: nothing is checked', async () => {
    const realm = await createRealm(service);
    await register(realm, 'jdoe');
    const before = service.hasher.verifications;
    expect(await codeOf(change(realm, 'jdoe', good, 'jdoe'))).toBe('password.refused');
    expect(service.hasher.verifications).toBe(before);
  });
});

describe('NIST SP 800-63B-4 3.2.2: no more than 100 consecutive failures', () => {
  it('of 150 wrong passwords at once no more than 100 are checked, and the user is locked', async () => {
    const realm = await createRealm(service);
    const { id } = await register(realm, 'jdoe');
    const before = service.hasher.verifications;
    await Promise.all(Array.from({ length: 150 }, () => codeOf(change(realm, 'jdoe', 'not this one'))));
    expect(service.hasher.verifications - before).toBe(failureLimit);
    expect(user(realm, 'jdoe').state).toBe('locked');
    expect(await credentials(id)).toMatchObject([{ consecutive_failures: failureLimit, locked_at: expect.any(Date) }]);
    expect(await codeOf(change(realm, 'jdoe', good))).toBe('user.locked');
    expect(service.hasher.verifications - before).toBe(failureLimit);
    // the right one, where the state is not told
    expect(await codeOf(change(realm, 'jdoe', good, better, { reportAccountState: false }))).toBe('password.mismatch');
    expect(await credentials(id)).toMatchObject([{ version: 1, consecutive_failures: failureLimit }]);
  });

  it('the lock does not take the place of what an operator has decided meanwhile', async () => {
    const realm = await createRealm(service);
    const { id } = await register(realm, 'jdoe');
    await exhaust(id);
    service.directory.meanwhile(markUser, () => {
      user(realm, 'jdoe').state = 'disabled';
    });
    expect(await codeOf(change(realm, 'jdoe', good))).toBe('user.locked');
    expect(user(realm, 'jdoe').state).toBe('disabled');
    expect(await credentials(id)).toMatchObject([{ consecutive_failures: failureLimit, locked_at: null }]);
  });

  it('an operator who marks the user active lets failures count from none again', async () => {
    const realm = await createRealm(service);
    const { id } = await register(realm, 'jdoe');
    await exhaust(id);
    expect(await codeOf(change(realm, 'jdoe', good))).toBe('user.locked');
    expect(user(realm, 'jdoe').state).toBe('locked');
    user(realm, 'jdoe').state = 'active';
    expect(await codeOf(change(realm, 'jdoe', good))).toBe('done');
  });

  it('a directory that cannot be told is told with the next attempt; refused is refused all the same', async () => {
    const realm = await createRealm(service);
    const { id } = await register(realm, 'jdoe');
    await exhaust(id);
    service.directory.fail(markUser, 'before', 'bus.unavailable');
    expect(await codeOf(change(realm, 'jdoe', good))).toBe('user.locked');
    expect(user(realm, 'jdoe').state).toBe('active');
    expect(await codeOf(change(realm, 'jdoe', good))).toBe('user.locked');
    expect(user(realm, 'jdoe').state).toBe('locked');
  });
});

describe('hash parameters that were changed', () => {
  it('take effect with the next password that is checked, whatever becomes of the change', async () => {
    const realm = await createRealm(service);
    const { id } = await register(realm, 'jdoe');
    const raised = await openAuthentication(place.runtimeUrl, {
      keyRing: service.keyRing,
      directory: service.directory,
      parameters: { memoryKib: 128, iterations: 1, parallelism: 1 },
    });
    const request = { realm, userId: 'jdoe', currentPassword: good, newPassword: better, reportAccountState: true };
    expect(await raised.get(ChangePassword).run(request, asked())).toEqual({ id });
    expect(raised.hasher.hashes).toBe(2);
    await raised.get(ChangePassword).run({ ...request, currentPassword: better, newPassword: good }, asked());
    expect(raised.hasher.hashes).toBe(3);
    await raised.close();
  });
});

describe('what is kept', () => {
  it('is sealed: no hash can be read, and none works in another row', async () => {
    const realm = await createRealm(service);
    const [mine, theirs] = [await register(realm, 'mallory'), await register(realm, 'jdoe', better)];
    const [row] = await administer<{ text: string }>(
      place.url,
      `select encode(sealed_password_hash, 'escape') as text from authentication.credential where id = $1`,
      [mine.id],
    );
    expect(row?.text).not.toContain('argon2');
    await administer(
      place.url,
      `update authentication.credential set sealed_password_hash =
         (select sealed_password_hash from authentication.credential where id = $1) where id = $2`,
      [mine.id, theirs.id],
    );
    await expect(change(realm, 'jdoe', good)).rejects.toMatchObject({ name: 'SealBroken' });
    expect(service.directory.count(resolveUser)).toBeGreaterThan(0);
  });
});
