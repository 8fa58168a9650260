import { randomUUID } from 'node:crypto';
import { describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { codeOf } from '../../../../test/authentication/open-authentication.js';
import { better, peopleOf } from '../../../../test/authentication/people.js';
import { specService } from '../../../../test/authentication/spec-service.js';

/** Guarantee G11, counted: what an outsider could measure of a wrong password is the same for everybody. */
const spec = specService({ poolSize: 2 });
const { register, change } = peopleOf(spec);

interface Work {
  readonly code: string;
  readonly verifications: number;
  readonly hashes: number;
  /** Each waits for the disk. */
  readonly commits: number;
}

async function workOf(userId: string, realm: string): Promise<Work> {
  const before = { verifications: spec.hasher.verifications, hashes: spec.hasher.hashes };
  const query = jest.spyOn(pg.Client.prototype, 'query');
  try {
    const code = await codeOf(change(realm, userId, 'not this one', better, { reportAccountState: false }));
    const statements = query.mock.calls.map(([statement]) =>
      String((statement as { text?: string }).text ?? statement),
    );
    return {
      code: String(code),
      verifications: spec.hasher.verifications - before.verifications,
      hashes: spec.hasher.hashes - before.hashes,
      commits: statements.filter((text) => text === 'commit').length,
    };
  } finally {
    query.mockRestore();
  }
}

describe('a wrong password, in v2 and v3', () => {
  it('costs a user who has none what it costs a user who has one', async () => {
    const realm = await spec.realm();
    await register(realm, 'jdoe');
    spec.directory.add(realm, 'bare', randomUUID());
    const known = await workOf('jdoe', realm);
    expect(known).toEqual({ code: 'password.mismatch', verifications: 1, hashes: 0, commits: 1 });
    expect(await workOf('bare', realm)).toEqual(known);
  });

  it.each(['disabled', 'locked'] as const)('costs a user who is %s the same hash work', async (state) => {
    const realm = await spec.realm();
    await register(realm, 'jdoe');
    spec.directory.user(realm, 'jdoe').state = state;
    expect(await workOf('jdoe', realm)).toMatchObject({ code: 'password.mismatch', verifications: 1, hashes: 0 });
  });

  // the guess is neither recorded nor counted for them, which saves the time of a commit and tells the state by it
  it.failing.each(['disabled', 'locked'] as const)('and as many commits: %s', async (state) => {
    const realm = await spec.realm();
    await register(realm, 'jdoe');
    const known = await workOf('jdoe', realm);
    spec.directory.user(realm, 'jdoe').state = state;
    expect(await workOf('jdoe', realm)).toEqual(known);
  });
});
