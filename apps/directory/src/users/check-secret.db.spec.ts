import { randomUUID } from 'node:crypto';
import { type checkSecret, type RequestOf, type UserChangesInput } from '@countersign/contracts';
import { PasswordHasher } from '@countersign/hashing';
import { describe, expect, it, jest } from '@jest/globals';
import { Users } from '../../../../test/directory/ask-users.js';
import { asked, specDirectory } from '../../../../test/directory/open-directory.js';
import { statementsOf } from '../../../../test/directory/statement-plans.js';
import { CheckSecret } from './check-secret.js';

const directory = specDirectory();

type Secret = RequestOf<typeof checkSecret>['secret'];
const pin: Secret = { kind: 'pin' };
const answer = (question: string): Secret => ({ kind: 'answer', question });
const check = async (realm: string, id: string, secret: Secret, given: string) =>
  (await directory.get(CheckSecret).check({ realm, id, secret, given }, asked({ caller: 'factors' }))).isRight;

const secrets: UserChangesInput = {
  pin: 'Pin\u00e9 1',
  questions: {
    1: { question: 'Where were you born?', answer: "St. Mary's,  Straße É" },
    help_desk: { question: 'Which letter?', answer: 'が!' },
    3: { question: 'Which sign?', answer: '?!' },
  },
};

describe.each(['compat', 'strict'] as const)('a secret in a %s realm', (profile) => {
  async function jane(): Promise<{ realm: string; id: string }> {
    const { name: realm } = await directory.adopt(profile);
    return { realm, id: await new Users(directory).create(realm, 'jane', secrets) };
  }

  it.each([
    ['Pin\u00e9 1', true],
    ['Pine\u0301 1', true],
    ['pin\u00e9 1', false],
    ['Pin\u00e9  1', false],
    ['Pine 1', false],
    ['Pin\u00e9 1 ', false],
    ['', false],
  ])('a PIN is right exactly as it is, however it is composed: %j %s', async (given, isRight) => {
    const { realm, id } = await jane();
    expect(await check(realm, id, pin, given)).toBe(isRight);
  });

  it.each([
    ['1', 'st marys strasse e', true],
    ['1', '  ST. MARY’S -- STRASSE É ', true],
    ['1', 'ｓｔ marys straße e', true],
    ['1', 'St. Mary', false],
    ['1', 'stmarys strasse e', false],
    ['1', '', false],
    ['1', '...', false],
    ['help_desk', 'か\u3099', true],
    ['help_desk', 'か', false],
    ['3', '?!', true],
    ['3', '!?', false],
    ['3', '', false],
    ['2', 'st marys strasse e', false],
    ['2', '', false],
  ])('an answer is right as people mean it: question %s, %j %s', async (question, given, isRight) => {
    const { realm, id } = await jane();
    expect(await check(realm, id, answer(question), given)).toBe(isRight);
  });

  it('of an unknown user, of one of another realm, or of one without a secret, is never right', async () => {
    const [{ id }, { name: other }] = [await jane(), await directory.adopt(profile)];
    const bare = await new Users(directory).create(other, 'bare');
    for (const who of [randomUUID(), id, bare]) {
      for (const secret of [pin, answer('1')]) expect(await check(other, who, secret, '4711')).toBe(false);
    }
    await expect(check('no-such-realm', id, pin, '1')).rejects.toMatchObject({ code: 'realm.unknown' });
  });

  it('costs the same for an unknown user, without a secret, for a wrong and for the right one (guarantee G11)', async () => {
    const { realm, id } = await jane();
    const bare = await new Users(directory).create(realm, 'bare');
    const verify = jest.spyOn(PasswordHasher.prototype, 'verify');
    const works = [];
    for (const [who, given] of [
      [randomUUID(), '4711'],
      [bare, '4711'],
      [id, '4711'],
      [id, 'Pin\u00e9 1'],
    ] as const) {
      verify.mockClear();
      const statements = await statementsOf(() => check(realm, who, pin, given));
      works.push([statements.length, verify.mock.calls.length]);
    }
    verify.mockRestore();
    expect(works).toEqual(works.map(() => [1, profile === 'strict' ? 1 : 0]));
  });

  it('that does not open is not called wrong', async () => {
    const { realm, id } = await jane();
    await directory.administer(`update directory.user set sealed_secrets = '\\x00' where id = $1`, [id]);
    await expect(check(realm, id, pin, 'Pin\u00e9 1')).rejects.toThrow();
  });
});
