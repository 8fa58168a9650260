import { foldName } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { endOfPrefix, rangeOfPrefix } from './prefix.policy.js';

const byCodePoints = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other));
const text = fc.string({ unit: 'binary', maxLength: 8 });
const isIn = (key: string, prefix: string) => {
  const { from, end } = rangeOfPrefix(prefix);
  return byCodePoints(key, from) >= 0 && byCodePoints(key, end) < 0;
};

describe('the range of a prefix', () => {
  it('holds just the keys that begin with it', () => {
    const characters = fc.constantFrom('a', 'b', '\u0001', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}');
    const word = fc.array(characters, { maxLength: 5 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(word, word, (key, prefix) => expect(isIn(key, prefix)).toBe(key.startsWith(prefix))),
      {
        numRuns: 2_000,
      },
    );
  });

  it('holds words in which the prefix ends with a sigma, however it is written', () => {
    const name = foldName('Παπασταθόπουλος');
    expect(isIn(name, foldName('Παπας'))).toBe(true);
    expect(isIn(name, foldName('ΠΑΠΑΣ'))).toBe(true);
    expect(isIn(foldName('ΠΑΠΑΣ'), foldName('παπας'))).toBe(true);
    expect(isIn(foldName('Παπαδόπουλος'), foldName('Παπας'))).toBe(false);
  });

  it('holds every word of which the folded prefix is a part of the beginning', () => {
    const letters = fc.constantFrom('Σ', 'σ', 'ς', 'Α', 'ß', 'ﬁ', 'İ', ' ', 'é', 'e\u0301', '\u00ad', '𝔄');
    const word = fc.array(letters, { maxLength: 6 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(word, fc.nat(6), (written, length) => {
        const prefix = foldName(Array.from(written).slice(0, length).join(''));
        const key = foldName(written);
        expect(isIn(key, prefix)).toBe(key.startsWith(prefix));
      }),
      { numRuns: 2_000 },
    );
  });
});

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
