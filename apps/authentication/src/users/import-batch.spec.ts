import type { ImportOutcome } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Importable, importablesOf, outcomesByPosition, usersAmong } from './import-batch.js';

const user = { userId: 'jdoe', properties: {}, knowledgeBase: {}, extendedProperties: {}, groups: [] };
const given = (passwordHash?: string) => ({
  ...user,
  status: 'active' as const,
  ...(passwordHash && { passwordHash }),
});
const hash = '{SSHA}M8kyvHzNDTQbOvJbWUtM2DfFRZZzcGVjLXNhbHQ=';

function idsFrom(first: number): () => string {
  let next = first;
  return () => String(next++);
}

describe('users whose hashes can be kept', () => {
  it('keep their position, and have an id and no hash beside the others', () => {
    const importables = importablesOf([given(), given('in clear'), given(hash)], idsFrom(1));
    expect(importables).toEqual([
      { position: 0, id: '1', user: given(), hash: undefined },
      { position: 2, id: '2', user: given(), hash },
    ]);
  });
});

describe('outcomes', () => {
  it('stand where the user stood, and those without one are refused for their hash', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 50 }), (isReadable) => {
        const importables = importablesOf(
          isReadable.map((is) => given(is ? hash : 'in clear')),
          idsFrom(0),
        );
        const outcomes = importables.map(({ id }): ImportOutcome => ({ outcome: 'created', id }));
        let created = 0;
        expect(outcomesByPosition(isReadable.length, importables, outcomes)).toEqual(
          isReadable.map((is) =>
            is
              ? { outcome: 'created', id: String(created++) }
              : { outcome: 'refused', problem: 'password.hash_unsupported' },
          ),
        );
      }),
    );
  });
});

describe('who is a user now', () => {
  const importables = ['a', 'b', 'c', 'd', 'e'].map((id, position): Importable => {
    return { position, id, user: given(), hash: undefined };
  });

  it('was created, now or by an earlier run; others of the same name are not these', () => {
    const outcomes: ImportOutcome[] = [
      { outcome: 'created' },
      { outcome: 'same', id: 'b' },
      { outcome: 'same', id: 'x' },
      { outcome: 'different', id: 'd' },
      { outcome: 'refused', problem: 'user.withdrawn' },
    ];
    expect(usersAmong(importables, outcomes)).toEqual(['a', 'b', 'd']);
  });
});
