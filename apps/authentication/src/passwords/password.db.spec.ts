import { randomUUID } from 'node:crypto';
import { monotonicMs } from '@countersign/clock';
import { markUser, resolveUser, userStates } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import { asked, codeOf } from '../../../../test/authentication/open-authentication.js';
import { better, good, peopleOf } from '../../../../test/authentication/people.js';
import { specService } from '../../../../test/authentication/spec-service.js';
import { AttemptStore } from './attempt.store.js';
import { ChangePassword } from './change-password.js';
import { failureLimit } from './password.policy.js';

const spec = specService({ poolSize: 8 });
const { register, reset, change, credentials } = peopleOf(spec);

const user = (realm: string, userId: string) => spec.directory.user(realm, userId);
const exhaust = (id: string) =>
  spec.sql('update credential set consecutive_failures = $2 where id = $1', [id, failureLimit]);

describe('an administrator resets a password', () => {
  it('for a user who had one, and for a user who had none', async () => {
    const realm = await spec.realm();
    const { id } = await register(realm, 'jdoe');
    expect(await codeOf(reset(realm, 'jdoe'))).toBe('done');
    expect(await codeOf(change(realm, 'jdoe', good))).toBe('password.mismatch');
    expect(await codeOf(change(realm, 'jdoe', better, good))).toBe('done');
    expect((await spec.eventsOf(id)).map(({ details }) => details)).toContainEqual({ cause: 'reset' });
    spec.directory.add(realm, 'seeded', randomUUID());
    expect(await codeOf(reset(realm, 'seeded'))).toBe('done');
    expect(await codeOf(change(realm, 'seeded', better, good))).toBe('done');
  });

  it('not in a strict realm', async () => {
    const realm = await spec.realm('strict');
    await register(realm, 'jdoe');
    expect(await codeOf(reset(realm, 'jdoe'))).toBe('password.choice_refused');
  });

  it.each([
    [{ state: 'disabled' }, 'user.disabled'],
    [{ state: 'suspended' }, 'user.disabled'],
    [{ state: 'pending' }, 'user.disabled'],
    [{ state: 'locked', isGroupMissing: true }, 'user.group_missing'],
    [{ isGroupMissing: true }, 'user.group_missing'],
  ] as const)('not to %j where states are reported, and in spite of it where not', async (standing, code) => {
    const realm = await spec.realm();
    await register(realm, 'jdoe');
    Object.assign(user(realm, 'jdoe'), standing);
    expect(await codeOf(reset(realm, 'jdoe'))).toBe(code);
    expect(await codeOf(reset(realm, 'jdoe', better, false))).toBe('done');
  });

  it.each([
    ['password_expired', 'active'],
    ['locked', 'locked'],
  ] as const)('to one in state %s, who is %s then', async (state, then) => {
    const realm = await spec.realm();
    await register(realm, 'jdoe');
    for (const isReported of [true, false]) {
      user(realm, 'jdoe').state = state;
      expect(await codeOf(reset(realm, 'jdoe', better, isReported))).toBe('done');
      expect(user(realm, 'jdoe').state).toBe(then);
    }
  });

  it('not for one in state deleted, who is unknown to all but operators', async () => {
    const realm = await spec.realm();
    await register(realm, 'jdoe');
    Object.assign(user(realm, 'jdoe'), { state: 'deleted' });
    const by = (kind: 'application' | 'operator') => asked({ actor: { kind, id: 'a' } });
    for (const isReported of [true, false])
      expect(await codeOf(reset(realm, 'jdoe', better, isReported, by('application')))).toBe('user.unknown');
    expect(await codeOf(reset(realm, 'jdoe', better, true, by('operator')))).toBe('user.disabled');
    expect(await codeOf(reset(realm, 'jdoe', better, false, by('operator')))).toBe('done');
  });

  it('not for an unknown user, and not to a refused password', async () => {
    const realm = await spec.realm();
    expect(await codeOf(reset(realm, 'nobody'))).toBe('user.unknown');
    await register(realm, 'jdoe');
    expect(await codeOf(reset(realm, 'jdoe', 'short'))).toBe('password.refused');
    expect(await codeOf(reset('no-such-realm', 'jdoe'))).toBe('realm.unknown');
  });
});

describe('a user changes the own password', () => {
  it('a wrong current password changes nothing, and is counted and told', async () => {
    const realm = await spec.realm();
    const { id } = await register(realm, 'jdoe');
    expect(await codeOf(change(realm, 'jdoe', 'not this one'))).toBe('password.mismatch');
    expect(await codeOf(change(realm, 'jdoe', 'nor this one'))).toBe('password.mismatch');
    expect(await credentials(id)).toMatchObject([{ version: 1, consecutive_failures: 2 }]);
    expect(await spec.eventsOf(id)).toContainEqual({
      type: 'authentication.password.mismatched',
      details: { consecutiveFailures: 2 },
    });
    expect(await codeOf(change(realm, 'jdoe', good))).toBe('done');
    expect(await credentials(id)).toMatchObject([{ version: 2, consecutive_failures: 0 }]);
  });

  it('asked again with the same key it answers what it answered, and counts nothing', async () => {
    const realm = await spec.realm();
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
    const realm = await spec.realm();
    await register(realm, 'jdoe');
    const outcomes = await Promise.all(
      Array.from({ length: 12 }, (_, n) => codeOf(change(realm, 'jdoe', good, `a new and long phrase ${n}`))),
    );
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'password.mismatch')).toHaveLength(11);
  });

  const work = async (realm: string, userId: string, options = {}) => {
    const before = [spec.hasher.hashes, spec.hasher.verifications];
    const code = await codeOf(change(realm, userId, 'not this one', better, options));
    const after = [spec.hasher.hashes, spec.hasher.verifications];
    return [code, ...after.map((count, index) => count - (before[index] ?? 0))];
  };

  it.each([...userStates.filter((it) => it !== 'deleted').map((state) => ({ state })), { isGroupMissing: true }])(
    'where states are not told neither the answer nor the hash work tells that a user is %j (G11)',
    async (standing) => {
      const realm = await spec.realm();
      await register(realm, 'jdoe');
      Object.assign(user(realm, 'jdoe'), standing);
      expect(await work(realm, 'jdoe', { reportAccountState: false })).toEqual(['password.mismatch', 0, 1]);
    },
  );

  it('one in state deleted is unknown, by the answer and by the hash work', async () => {
    const realm = await spec.realm();
    await register(realm, 'jdoe');
    Object.assign(user(realm, 'jdoe'), { state: 'deleted' });
    for (const reportAccountState of [true, false])
      for (const name of ['jdoe', 'nobody'])
        expect(await work(realm, name, { reportAccountState })).toEqual(['user.unknown', 0, 1]);
  });

  it('where states are not told they do not tell either that there were too many failures', async () => {
    const realm = await spec.realm();
    const { id } = await register(realm, 'jdoe');
    await exhaust(id);
    expect(await work(realm, 'jdoe', { reportAccountState: false })).toEqual(['password.mismatch', 0, 1]);
    expect(await work(realm, 'jdoe', { reportAccountState: false })).toEqual(['password.mismatch', 0, 1]);
  });

  it('unknown users and users without a password cost the same hash work (G11)', async () => {
    const realm = await spec.realm();
    await register(realm, 'jdoe');
    spec.directory.add(realm, 'bare', randomUUID());
    expect(await work(realm, 'jdoe')).toEqual(['password.mismatch', 0, 1]);
    expect(await work(realm, 'bare')).toEqual(['password.mismatch', 0, 1]);
    expect(await work(realm, 'nobody')).toEqual(['user.unknown', 0, 1]);
  });

  it('an expired password may be changed, and is not expired then', async () => {
    const realm = await spec.realm();
    await register(realm, 'jdoe');
    user(realm, 'jdoe').state = 'password_expired';
    expect(await codeOf(change(realm, 'jdoe', good))).toBe('done');
    expect(user(realm, 'jdoe').state).toBe('active');
  });

  it.each(['disabled', 'locked'] as const)('a change does not undo that an operator has %s the user', async (state) => {
    const realm = await spec.realm();
    await register(realm, 'jdoe');
    user(realm, 'jdoe').state = 'password_expired';
    spec.directory.meanwhile(markUser, () => {
      user(realm, 'jdoe').state = state;
    });
    expect(await codeOf(change(realm, 'jdoe', good))).toBe('done');
    expect(user(realm, 'jdoe').state).toBe(state);
  });

  it('a change does not end the expiry of a later user of that name', async () => {
    const realm = await spec.realm();
    await register(realm, 'jdoe');
    const jane = user(realm, 'jdoe');
    jane.state = 'password_expired';
    spec.directory.meanwhile(markUser, () => {
      jane.userId = 'jane';
      spec.directory.add(realm, 'jdoe', randomUUID()).state = 'password_expired';
    });
    expect(await codeOf(change(realm, 'jdoe', good))).toBe('done');
    expect(user(realm, 'jdoe').state).toBe('password_expired');
  });

  it('a disabled user is told so in v1; in v2 and v3 no password is right', async () => {
    const realm = await spec.realm();
    const { id } = await register(realm, 'jdoe');
    user(realm, 'jdoe').state = 'disabled';
    expect(await codeOf(change(realm, 'jdoe', good))).toBe('user.disabled');
    expect(await codeOf(change(realm, 'jdoe', good, better, { reportAccountState: false }))).toBe('password.mismatch');
    expect(await credentials(id)).toMatchObject([{ version: 1 }]);
  });

  it('to a refused password: nothing is checked', async () => {
    const realm = await spec.realm();
    await register(realm, 'jdoe');
    const before = spec.hasher.verifications;
    expect(await codeOf(change(realm, 'jdoe', good, 'jdoe'))).toBe('password.refused');
    expect(spec.hasher.verifications).toBe(before);
  });
});

describe('NIST SP 800-63B-4 3.2.2: no more than 100 consecutive failures', () => {
  it('of 150 wrong passwords at once no more than 100 are checked, and the user is locked', async () => {
    const realm = await spec.realm();
    const { id } = await register(realm, 'jdoe');
    const before = spec.hasher.verifications;
    const told = await Promise.all(Array.from({ length: 150 }, () => codeOf(change(realm, 'jdoe', 'not this one'))));
    expect(told.filter((code) => code === 'password.mismatch')).toHaveLength(failureLimit);
    expect(spec.hasher.verifications - before).toBe(failureLimit);
    expect(user(realm, 'jdoe').state).toBe('locked');
    expect(await credentials(id)).toMatchObject([{ consecutive_failures: failureLimit, locked_at: expect.any(Date) }]);
    expect(await codeOf(change(realm, 'jdoe', good))).toBe('user.locked');
    expect(spec.hasher.verifications - before).toBe(failureLimit);
    // the right one, where the state is not told
    expect(await codeOf(change(realm, 'jdoe', good, better, { reportAccountState: false }))).toBe('password.mismatch');
    expect(await credentials(id)).toMatchObject([{ version: 1, consecutive_failures: failureLimit }]);
  });

  it('however many at once, over replicas whose hashing is full: 100 are checked, and those withdrawn do not lock the user', async () => {
    const realm = await spec.realm();
    const { id } = await register(realm, 'jdoe');
    const replicas = [await spec.replica({ hashingQueueLimit: 8 }), await spec.replica({ hashingQueueLimit: 8 })];
    const guess = (n: number) =>
      codeOf(
        replicas[n % 2]
          ?.get(ChangePassword)
          .change(
            { realm, userId: 'jdoe', currentPassword: `guess ${n}`, newPassword: better, reportAccountState: true },
            asked(),
          ) ?? Promise.reject(new Error('no replica')),
      );
    const told: string[] = [];
    while (!told.includes('user.locked')) {
      const before = told.filter((code) => code === 'password.mismatch').length;
      told.push(...(await Promise.all(Array.from({ length: 60 }, (_, n) => guess(n)))));
      const wrong = told.filter((code) => code === 'password.mismatch').length;
      expect([await credentials(id), wrong > before || told.includes('user.locked')]).toMatchObject([
        [{ consecutive_failures: wrong, open_attempts: {} }],
        true,
      ]);
    }
    expect(told.filter((code) => code === 'password.mismatch')).toHaveLength(failureLimit);
    expect(told).toContain('password.hashing_overloaded');
    expect(user(realm, 'jdoe').state).toBe('locked');
  }, 30_000);

  it('what is under way takes places and counts nothing; it ends by itself when its process is gone', async () => {
    const realm = await spec.realm();
    const { id } = await register(realm, 'jdoe');
    const leave = (seconds: number) =>
      spec.sql(
        `update credential set consecutive_failures = 60, open_attempts = (
           select jsonb_object_agg(n, extract(epoch from clock_timestamp()) + $2::float8) from generate_series(1, 40) n
         ) where id = $1`,
        [id, seconds],
      );
    await leave(60);
    expect(await codeOf(change(realm, 'jdoe', good))).toBe('password.hashing_overloaded');
    expect([user(realm, 'jdoe').state, await credentials(id)]).toMatchObject([
      'active',
      [{ consecutive_failures: 60 }],
    ]);
    await leave(-1);
    expect(await codeOf(change(realm, 'jdoe', good))).toBe('done');
    expect(await credentials(id)).toMatchObject([{ consecutive_failures: 0, open_attempts: {} }]);
  });

  it('a right password ends its own attempt and leaves those under way their places', async () => {
    const realm = await spec.realm();
    const { id } = await register(realm, 'jdoe');
    await spec.sql('update credential set consecutive_failures = 99 where id = $1', [id]);
    let right: Promise<string> | undefined;
    spec.hasher.meanwhile('verify', () => {
      right = codeOf(change(realm, 'jdoe', good));
      return right;
    });
    expect(await codeOf(change(realm, 'jdoe', 'not this one'))).toBe('password.mismatch');
    expect([await right, user(realm, 'jdoe').state]).toEqual(['password.hashing_overloaded', 'locked']);

    await spec.sql('update credential set consecutive_failures = 98, locked_at = null where id = $1', [id]);
    user(realm, 'jdoe').state = 'active';
    spec.hasher.meanwhile('verify', async () => {
      right = codeOf(change(realm, 'jdoe', good));
      await right;
      expect(await credentials(id)).toMatchObject([{ consecutive_failures: 0, open_attempts: expect.anything() }]);
      expect(Object.keys((await credentials(id))[0]?.open_attempts ?? {})).toHaveLength(1);
    });
    expect(await codeOf(change(realm, 'jdoe', 'not this one'))).toBe('password.mismatch');
    expect([await right, await credentials(id)]).toMatchObject([
      'done',
      [{ consecutive_failures: 1, open_attempts: {} }],
    ]);
  });

  it('a check that outlives its place tells nothing', async () => {
    const realm = await spec.realm();
    const { id } = await register(realm, 'jdoe');
    for (const password of [good, 'not this one']) {
      spec.hasher.meanwhile('verify', () => spec.sql(`update credential set open_attempts = '{}' where id = $1`, [id]));
      expect(await codeOf(change(realm, 'jdoe', password))).toBe('password.hashing_overloaded');
    }
    expect(await spec.eventsOf(id)).toHaveLength(1);
  });

  it('an ask that is repeated while it is answered is one guess', async () => {
    const realm = await spec.realm();
    const { id } = await register(realm, 'jdoe');
    const context = asked();
    const same = () => codeOf(change(realm, 'jdoe', 'not this one', better, {}, context));
    expect(await Promise.all([same(), same(), same()])).toEqual(Array(3).fill('password.mismatch'));
    expect(await credentials(id)).toMatchObject([{ consecutive_failures: 1, open_attempts: {} }]);
  });

  it('a guess is counted also when the store cannot keep the answer, and when its key was used for another guess', async () => {
    const realm = await spec.realm();
    const { id } = await register(realm, 'jdoe');
    const hurried = await spec.replica({ statementTimeoutMs: 200 });
    const release = await spec.hold('idempotency_record');
    const request = { realm, userId: 'jdoe', currentPassword: 'not this one', newPassword: better };
    const guess = hurried.get(ChangePassword).change({ ...request, reportAccountState: true }, asked());
    expect(await codeOf(guess)).toBe('store.unavailable');
    await release();
    expect(await credentials(id)).toMatchObject([{ consecutive_failures: 1 }]);
    const context = asked();
    expect(await codeOf(change(realm, 'jdoe', 'not this one', better, {}, context))).toBe('password.mismatch');
    expect(await codeOf(change(realm, 'jdoe', 'nor this one', better, {}, context))).toBe('request.key_reused');
    expect(await credentials(id)).toMatchObject([{ consecutive_failures: 3 }]);
  });

  it('the lock does not take the place of what an operator has decided meanwhile', async () => {
    const realm = await spec.realm();
    const { id } = await register(realm, 'jdoe');
    await exhaust(id);
    spec.directory.meanwhile(markUser, () => {
      user(realm, 'jdoe').state = 'disabled';
    });
    expect(await codeOf(change(realm, 'jdoe', good))).toBe('user.locked');
    expect(user(realm, 'jdoe').state).toBe('disabled');
    expect(await credentials(id)).toMatchObject([{ consecutive_failures: failureLimit, locked_at: null }]);
  });

  it('the lock does not hit a later user of that name, and is not noted', async () => {
    const realm = await spec.realm();
    const { id } = await register(realm, 'jdoe');
    await exhaust(id);
    const jane = user(realm, 'jdoe');
    spec.directory.meanwhile(markUser, () => {
      jane.userId = 'jane';
      spec.directory.add(realm, 'jdoe', randomUUID());
    });
    expect(await codeOf(change(realm, 'jdoe', good))).toBe('user.locked');
    expect([user(realm, 'jdoe').state, await credentials(id)]).toMatchObject(['active', [{ locked_at: null }]]);
    expect(await codeOf(change(realm, 'jane', good))).toBe('user.locked');
    expect([jane.state, await credentials(id)]).toMatchObject(['locked', [{ locked_at: expect.any(Date) }]]);
  });

  it('an operator who marks the user active lets failures count from none again', async () => {
    const realm = await spec.realm();
    const { id } = await register(realm, 'jdoe');
    await exhaust(id);
    expect(await codeOf(change(realm, 'jdoe', good))).toBe('user.locked');
    expect(user(realm, 'jdoe').state).toBe('locked');
    user(realm, 'jdoe').state = 'active';
    expect(await codeOf(change(realm, 'jdoe', good))).toBe('done');
  });

  it('an operator who ends a lock ends the one that was seen, and no newer one', async () => {
    const realm = await spec.realm();
    const { id } = await register(realm, 'jdoe');
    await exhaust(id);
    expect(await codeOf(change(realm, 'jdoe', good))).toBe('user.locked');
    const [{ locked_at: seen } = { locked_at: null }] = await credentials(id);
    await spec.sql(`update credential set locked_at = locked_at + interval '1 ms' where id = $1`, [id]);
    await spec.get(AttemptStore).forgetLock(id, seen as Date);
    expect(await credentials(id)).toMatchObject([{ consecutive_failures: failureLimit, locked_at: expect.any(Date) }]);
    await spec.sql('update credential set locked_at = $2 where id = $1', [id, seen]);
    await spec.get(AttemptStore).forgetLock(id, seen as Date);
    expect(await credentials(id)).toMatchObject([{ consecutive_failures: 0, locked_at: null }]);
  });

  it('a directory that cannot be told is told with the next attempt; refused is refused all the same', async () => {
    const realm = await spec.realm();
    const { id } = await register(realm, 'jdoe');
    await exhaust(id);
    spec.directory.fail(markUser, 'before', 'bus.unavailable');
    expect(await codeOf(change(realm, 'jdoe', good))).toBe('user.locked');
    expect(user(realm, 'jdoe').state).toBe('active');
    expect(await codeOf(change(realm, 'jdoe', good))).toBe('user.locked');
    expect(user(realm, 'jdoe').state).toBe('locked');
  });
});

describe('a password whose asker has been answered', () => {
  it('is not hashed any more, nor counted', async () => {
    const realm = await spec.realm();
    const { id } = await register(realm, 'jdoe');
    const late = asked({ deadlineAt: monotonicMs() });
    expect(await codeOf(change(realm, 'jdoe', 'not this one', better, {}, late))).toBe('password.hashing_overloaded');
    expect(await codeOf(register(realm, 'other', good, late))).toBe('password.hashing_overloaded');
    expect(await credentials(id)).toMatchObject([{ consecutive_failures: 0 }]);
  });
});

describe('hash parameters that were changed', () => {
  it('take effect with the next password that is checked, whatever becomes of the change', async () => {
    const realm = await spec.realm();
    const { id } = await register(realm, 'jdoe');
    const raised = await spec.replica({ parameters: { memoryKib: 128, iterations: 1, parallelism: 1 } });
    const request = { realm, userId: 'jdoe', currentPassword: good, newPassword: better, reportAccountState: true };
    expect(await raised.get(ChangePassword).change(request, asked())).toEqual({ id });
    expect(raised.hasher.hashes).toBe(2);
    await raised.get(ChangePassword).change({ ...request, currentPassword: better, newPassword: good }, asked());
    expect(raised.hasher.hashes).toBe(3);
  });
});

describe('what is kept', () => {
  it('is sealed: no hash can be read, and none works in another row', async () => {
    const realm = await spec.realm();
    const [mine, theirs] = [await register(realm, 'mallory'), await register(realm, 'jdoe', better)];
    const [row] = await spec.sql<{ text: string }>(
      `select encode(sealed_password_hash, 'escape') as text from credential where id = $1`,
      [mine.id],
    );
    expect(row?.text).not.toContain('argon2');
    await spec.sql(
      `update credential set sealed_password_hash =
         (select sealed_password_hash from credential where id = $1) where id = $2`,
      [mine.id, theirs.id],
    );
    await expect(change(realm, 'jdoe', good)).rejects.toMatchObject({ name: 'SealBroken' });
    expect(spec.directory.count(resolveUser)).toBeGreaterThan(0);
  });
});
