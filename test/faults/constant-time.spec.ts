import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Counted, countWork } from './counted-work.js';

/**
 * Constant time (authentik CVE-2024-52307; ASVS 5.0 11.2.4), counted: V8 tells how often each block of the code was run.
 * Where a difference stands must make no difference to that. `npm run fuzz -- timing` measures the same by the clock.
 */
let counted: Readonly<Record<string, Counted>>;
beforeAll(async () => {
  counted = await countWork(join(import.meta.dirname, 'constant-time.work.ts'));
});

/** What was counted of one check, by the bit in which the signature differs. */
const countsOf = (check: string) => Array.from({ length: 256 }, (_, bit) => counted[`${check} ${bit}`] as Counted);
const waysOf = (check: string) => new Set(countsOf(check).map(({ way }) => way)).size;

describe('a signature that does not hold', () => {
  it.each(['request', 'answer'])('of a %s takes the same way through the code wherever it differs', (check) => {
    for (const { blocks } of countsOf(check)) expect(blocks).toBeGreaterThan(4);
    expect(waysOf(check)).toBe(1);
  });
});

describe('the count', () => {
  it('sees a comparison that stops where it differs', () => {
    expect(waysOf('leaky')).toBe(32);
  });
});
