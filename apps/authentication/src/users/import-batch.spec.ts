import { type ImportOutcome, importedUser } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  importablesOf,
  outcomesByPosition,
  type ReadHash,
  readHashes,
  spentAmong,
  usersAmong,
} from './import-batch.js';

const user = importedUser.parse({ userId: 'jdoe' });
const given = (passwordHash?: string) => ({ ...user, ...(passwordHash && { passwordHash }) });
const hash = '{SSHA}M8kyvHzNDTQbOvJbWUtM2DfFRZZzcGVjLXNhbHQ=';

const byPosition = (outcomes: readonly ImportOutcome[]) => new Map(outcomes.entries());

describe('hashes of an import', () => {
  it('are read by position, and no reason repeats one', () => {
    const [none, unreadable, readable] = readHashes([given(), given('in clear'), given(hash)]);
    expect([none, readable]).toMatchObject([
      { ok: true, text: undefined },
      { ok: true, text: hash },
    ]);
    expect(unreadable).toEqual({ ok: false, reason: expect.not.stringContaining('in clear') });
  });
});

describe('users whom the directory may judge', () => {
  it('are those for whom there is an id, by its position, without their hashes', () => {
    expect(importablesOf([given(), given(hash), given(hash)], ['1', null, '2'])).toEqual([
      { position: 0, id: '1', user: given() },
      { position: 2, id: '2', user: given() },
    ]);
  });
});

describe('outcomes', () => {
  it('stand where the user stood, and those without one are refused for their hash', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 50 }), (isReadable) => {
        const hashes = isReadable.map((ok): ReadHash => (ok ? { ok, text: hash } : { ok, reason: 'no hash' }));
        const judged = isReadable.flatMap((ok, position) =>
          ok ? [[position, { outcome: 'created', id: String(position) } as const] as const] : [],
        );
        expect(outcomesByPosition(hashes, new Map(judged))).toEqual(
          isReadable.map((ok, position) =>
            ok
              ? { outcome: 'created', id: String(position) }
              : { outcome: 'refused', problem: 'password.hash_unsupported', detail: 'passwordHash: no hash' },
          ),
        );
      }),
    );
  });

  it('say why in 200 characters, and nothing of a hash that another program could not read', () => {
    const long: ReadHash = { ok: false, reason: 'x'.repeat(300) };
    expect(outcomesByPosition([long, { ok: true, text: hash }], new Map())).toEqual([
      { outcome: 'refused', problem: 'password.hash_unsupported', detail: `passwordHash: ${'x'.repeat(186)}` },
      { outcome: 'refused', problem: 'password.hash_unsupported' },
    ]);
  });
});

describe('the users after an import', () => {
  const importables = importablesOf(
    [1, 2, 3, 4, 5].map(() => given()),
    ['a', 'b', 'c', 'd', 'e'],
  );
  const outcomes = byPosition([
    { outcome: 'created' },
    { outcome: 'same', id: 'b' },
    { outcome: 'same', id: 'x' },
    { outcome: 'different', id: 'd' },
    { outcome: 'refused', problem: 'user.withdrawn' },
  ]);

  it('are those created, now or by an earlier run, and no others of the same name', () => {
    expect(usersAmong(importables, outcomes)).toEqual(['a', 'b', 'd']);
  });

  it('leave out an id that was given up', () => {
    expect([...spentAmong(outcomes)]).toEqual([4]);
  });
});
