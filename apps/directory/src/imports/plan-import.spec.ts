import { importedUser } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readCandidate } from './candidate.js';
import { type ImportConstraints, planImport } from './plan-import.js';

const nothing: ImportConstraints = {
  takenKeys: new Set(),
  takenNames: new Set(),
  takenAddresses: undefined,
  namingFaultOf: () => undefined,
  faultOf: () => undefined,
  groupRefusalOf: () => undefined,
  roomFaultOf: () => undefined,
  isUpdate: () => false,
};

const someone = fc.record({
  id: fc.constantFrom('1', '2', '3', '4', '5'),
  userId: fc.constantFrom('a', 'A', 'b', 'c', 'd', ' '),
  email: fc.constantFrom('', 'x@example.com', 'X@example.com', 'y@example.com', 'z@example.com', 'bad'),
  aliases: fc.subarray(['b', 'x', 'y', 'z']),
  groups: fc.subarray(['g', 'missing']),
});
const request = fc
  .array(someone, { maxLength: 12 })
  .map((users) =>
    users.map(({ email, ...user }, position) =>
      readCandidate({ ...importedUser.parse({ ...user, emails: [{ value: email }] }), id: user.id }, position),
    ),
  );
const constraints = fc.record({
  takenKeys: fc.subarray(['a', 'd']).map((keys) => new Set(keys)),
  takenNames: fc.subarray(['z', 'c']).map((keys) => new Set(keys)),
  takenAddresses: fc.option(
    fc.subarray(['x@example.com']).map((keys) => new Set(keys)),
    { nil: undefined },
  ),
});
const withGroups = (
  found: Pick<ImportConstraints, 'takenKeys' | 'takenNames' | 'takenAddresses'>,
): ImportConstraints => ({
  ...nothing,
  ...found,
  groupRefusalOf: (name) => (name === 'missing' ? { code: 'group.unknown', detail: 'does not exist' } : undefined),
});

describe('the plan of an import', () => {
  it('creates no two users with one id or name, or with one address where addresses are unique', () => {
    fc.assert(
      fc.property(request, constraints, (candidates, found) => {
        const plans = planImport(candidates, withGroups(found));
        const winners = candidates.filter((_, position) => plans[position]?.kind === 'create');
        const keys = winners.map(({ userKey }) => userKey);
        const names = winners.flatMap(({ userKey, aliases }) => [userKey, ...aliases.map(({ key }) => key)]);
        expect(new Set(names).size).toBe(names.length);
        expect(names.some((name) => found.takenNames.has(name))).toBe(false);
        expect(new Set(winners.map(({ id }) => id)).size).toBe(winners.length);
        expect(keys.some((key) => found.takenKeys.has(key))).toBe(false);
        if (found.takenAddresses === undefined) return;
        const addresses = winners.flatMap(({ emailKeys }) => [...emailKeys]);
        expect(new Set(addresses).size).toBe(addresses.length);
        expect(addresses.some((key) => found.takenAddresses?.has(key))).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  it('judges a record by the records before it, as if they had been created, and not by those after it', () => {
    fc.assert(
      fc.property(request, constraints, fc.nat(12), (candidates, found, length) => {
        const whole = planImport(candidates, withGroups(found));
        expect(planImport(candidates.slice(0, length), withGroups(found))).toEqual(whole.slice(0, length));
      }),
      { numRuns: 1_000 },
    );
  });

  it('points a repetition to the one that is created', () => {
    fc.assert(
      fc.property(request, constraints, (candidates, found) => {
        const plans = planImport(candidates, withGroups(found));
        plans.forEach((plan, position) => {
          if (plan.kind !== 'repeat') return;
          expect(plans[plan.first.position]?.kind).toBe('create');
          expect(plan.first.position).toBeLessThan(position);
          expect(plan.first.userKey).toBe(candidates[position]?.userKey);
        });
      }),
      { numRuns: 1_000 },
    );
  });
});
