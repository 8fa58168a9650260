import { Problem } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import { ssha } from '../../../../test/authentication/foreign-hashes.js';
import { asked, codeOf } from '../../../../test/authentication/open-authentication.js';
import { better, good, peopleOf } from '../../../../test/authentication/people.js';
import { specService } from '../../../../test/authentication/spec-service.js';
import { CheckPassword } from './check-password.js';
import { FindUser } from './find-user.js';
import { failureLimit } from './password.policy.js';

const spec = specService({ poolSize: 8 });
const { reset, change, importUsers, exportPasswords, credentials } = peopleOf(spec);

async function imported(passwordHash = ssha(good)): Promise<{ realm: string; id: string }> {
  const realm = await spec.realm();
  await importUsers(realm, [{ userId: 'jdoe', passwordHash }]);
  return { realm, id: spec.directory.user(realm, 'jdoe').id };
}
async function check(realm: string, password: string) {
  const user = await spec.get(FindUser).find({ realm, userId: 'jdoe' }, asked());
  if (user === undefined) throw new Error('no such user');
  const checked = await spec.get(CheckPassword).check(realm, user, password, asked());
  if (checked.outcome === 'mismatched') await checked.conclude(false);
  return checked;
}
/** How often the password of a user was wrong in a row. */
const failuresOf = async (id: string) => (await credentials(id))[0]?.consecutive_failures;
const exhaust = (id: string) =>
  spec.sql('update credential set consecutive_failures = $2 where id = $1', [id, failureLimit]);
const textOf = async (realm: string, id: string) => (await exportPasswords(realm, [id])).passwords[0]?.passwordHash;
const ours = /^\$argon2id\$/;

describe('the password of a user who was imported', () => {
  it.each([
    ['{SSHA}', good, ssha(good)],
    ['bcrypt', 'U*U', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
  ])('is checked against %s as it came', async (_format, right, hash) => {
    const { realm, id } = await imported(hash);
    expect([await check(realm, `${right} `), await failuresOf(id)]).toMatchObject([{ outcome: 'mismatched' }, 1]);
    expect(await check(realm, right)).toEqual({ outcome: 'passed', version: 1 });
  });

  it('is hashed our way the first time that it is right, and is no other password by that', async () => {
    const { realm, id } = await imported();
    expect(await textOf(realm, id)).toBe(ssha(good));
    expect(await check(realm, good)).toEqual({ outcome: 'passed', version: 1 });
    expect([await textOf(realm, id), await credentials(id)]).toMatchObject([
      expect.stringMatching(ours),
      [{ version: 1 }],
    ]);
    const hashes = spec.hasher.hashes;
    expect(await check(realm, good)).toEqual({ outcome: 'passed', version: 1 });
    expect(spec.hasher.hashes).toBe(hashes);
  });

  it('is not, when it is wrong: it is counted', async () => {
    const { realm, id } = await imported();
    const hashes = spec.hasher.hashes;
    expect([await check(realm, 'not this one'), await failuresOf(id)]).toMatchObject([{ outcome: 'mismatched' }, 1]);
    expect([await textOf(realm, id), spec.hasher.hashes]).toEqual([ssha(good), hashes]);
  });

  it('is never the empty one, whatever was imported', async () => {
    const { realm, id } = await imported(ssha(''));
    expect([await check(realm, ''), await failuresOf(id)]).toMatchObject([{ outcome: 'mismatched' }, 1]);
  });

  it.each(['disabled', 'locked', 'exhausted'] as const)(
    'is checked, for nothing, where the user is %s: time does not tell that either (G11)',
    async (state) => {
      const { realm, id } = await imported();
      if (state === 'exhausted') await exhaust(id);
      else spec.directory.user(realm, 'jdoe').state = state;
      const [before, checked] = [await credentials(id), spec.hasher.checked.length];
      for (const password of [good, 'not this one'])
        expect(await codeOf(change(realm, 'jdoe', password, better, { reportAccountState: false }))).toBe(
          'password.mismatch',
        );
      expect(spec.hasher.checked.slice(checked)).toEqual([ssha(good), ssha(good)]);
      expect(await textOf(realm, id)).toBe(ssha(good));
      expect(await credentials(id)).toMatchObject([{ consecutive_failures: before[0]?.consecutive_failures }]);
    },
  );

  it('may be changed with the current one', async () => {
    const { realm, id } = await imported();
    expect(await codeOf(change(realm, 'jdoe', good))).toBe('done');
    expect([await textOf(realm, id), await credentials(id)]).toMatchObject([
      expect.stringMatching(ours),
      [{ version: 2 }],
    ]);
    expect(await codeOf(change(realm, 'jdoe', better, good))).toBe('done');
  });

  it('that is right twice at once passes twice', async () => {
    const { realm, id } = await imported();
    expect(await Promise.all([check(realm, good), check(realm, good)])).toMatchObject([
      { outcome: 'passed' },
      { outcome: 'passed' },
    ]);
    expect(await textOf(realm, id)).toMatch(ours);
  });

  it('is not brought back by its new hash when there is another password by then', async () => {
    const { realm, id } = await imported();
    spec.hasher.meanwhile('hash', () => reset(realm, 'jdoe', better));
    expect(await check(realm, good)).toEqual({ outcome: 'passed', version: 1 });
    expect(await credentials(id)).toMatchObject([{ version: 2 }]);
    expect(await check(realm, good)).toMatchObject({ outcome: 'mismatched' });
    expect(await check(realm, better)).toMatchObject({ outcome: 'passed', version: 2 });
  });

  it('passes also when it cannot be hashed our way now; the next time it is', async () => {
    const { realm, id } = await imported();
    spec.hasher.meanwhile('hash', () => {
      throw new Problem('password.hashing_overloaded');
    });
    expect(await check(realm, good)).toEqual({ outcome: 'passed', version: 1 });
    expect(await textOf(realm, id)).toBe(ssha(good));
    expect(await check(realm, good)).toMatchObject({ outcome: 'passed' });
    expect(await textOf(realm, id)).toMatch(ours);
  });
});
