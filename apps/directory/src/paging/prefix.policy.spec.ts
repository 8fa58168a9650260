import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { endOfPrefix } from './prefix.policy.js';

const byCodePoints = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other));
const text = fc.string({ unit: 'binary', maxLength: 8 });

describe('the end of a prefix', () => {
  it.each([
    ['a', 'b'],
    ['staff', 'stafg'],
    ['\ud7ff', '\ue000'],
    ['\uffff', '\u{10000}'],
    ['a\u{10ffff}', 'b'],
    ['a\u{10ffff}\u{10ffff}', 'b'],
  ])('of %j is %j', (prefix, end) => expect(endOfPrefix(prefix)).toBe(end));

  it.each(['', '\u{10ffff}', '\u{10ffff}\u{10ffff}'])('of %j is nowhere: all that follows begins so', (prefix) => {
    expect(endOfPrefix(prefix)).toBeUndefined();
  });

  it('parts what begins so from what does not, in the order of UTF-8', () => {
    fc.assert(
      fc.property(text, text, fc.boolean(), (prefix, other, isExtended) => {
        const key = isExtended ? prefix + other : other;
        const end = endOfPrefix(prefix);
        const isInRange = byCodePoints(key, prefix) >= 0 && (end === undefined || byCodePoints(key, end) < 0);
        expect(isInRange).toBe(key.startsWith(prefix));
      }),
      { numRuns: 2_000 },
    );
  });
});
