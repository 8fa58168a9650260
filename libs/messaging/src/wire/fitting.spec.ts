import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { describeFaults } from './fitting.js';

const shape = z.strictObject({
  pin: z.string().max(4).regex(/^\d+$/),
  kind: z.enum(['a', 'b']),
  at: z.iso.datetime(),
  any: z.union([z.number(), z.boolean()]),
});
const faultsOf = (value: unknown) => {
  const parsed = shape.safeParse(value);
  return parsed.success ? '' : describeFaults(parsed.error);
};

describe('what does not fit', () => {
  it('is named by field and reason', () => {
    expect(faultsOf({ pin: '1', kind: 'a', at: '2026-01-01T00:00:00Z', any: 'x' })).toBe(
      'any: fits none of the allowed shapes',
    );
    expect(faultsOf(7)).toMatch(/^request: .*expected object/);
  });

  it('is never repeated', () => {
    const secret = fc.string({ minLength: 6, maxLength: 12 }).map((text) => `~${text}~`);
    fc.assert(
      fc.property(secret, (value) => {
        const described = faultsOf({ pin: value, kind: value, at: value, any: value, [value]: 1 });
        expect(described).not.toContain(value);
      }),
    );
  });
});
