import { foldName } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nameFault } from './name.policy.js';

const faultOf = (name: string) => nameFault(name, foldName(name));
const isAcceptable = (name: string) => faultOf(name) === undefined;

describe('a user id is acceptable', () => {
  it.each([
    'j',
    'jdoe',
    'J. Doe',
    "o'brien",
    'DOMAIN\\jdoe',
    'a/b',
    '*',
    '>',
    'a.b',
    '"',
    '__proto__',
    '名前',
    'علی\u200cرضا', // Persian
    'ക്\u200d',
    'क्\u200cष',
    'x'.repeat(256),
  ])('as any text that people write: %j', (name) => expect(isAcceptable(name)).toBe(true));

  it.each([
    '',
    ' ',
    '\t',
    '\u00a0',
    '\u3000\u2003',
    'a\nb',
    'a\u0000',
    '\u007f',
    'a\u0085b',
    'a\u2028b',
    'x'.repeat(257),
  ])('but not when it is blank, holds controls or is too long: %j', (name) => expect(isAcceptable(name)).toBe(false));

  it.each([' jdoe', 'jdoe ', 'jdoe\u00a0', '\u3000jdoe', 'jdoe\u2800'])(
    'but not with white space around it: %j',
    (name) => expect(isAcceptable(name)).toBe(false),
  );

  it.each(
    [0xad, 0x34f, 0x61c, 0x115f, 0x17b4, 0x180e, 0x200b, 0x200c, 0x200d, 0x202e, 0x2060, 0x2066, 0x3164, 0xfe0f]
      .concat([0xfeff, 0xffa0, 0xfffa, 0x1d173, 0xe0041, 0xe0100])
      .map((point) => [point.toString(16), String.fromCodePoint(point)]),
  )('but not with U+%s, which is not seen, in it', (_, character) => {
    expect(['j', ''].map((end) => isAcceptable(`jdoe${character}${end}`))).toEqual([false, false]);
    expect(isAcceptable(character)).toBe(false);
  });

  it('but not when its folded form is too long for the index that compares it', () => {
    expect(foldName('\ufdfa'.repeat(256)).length).toBeGreaterThan(4000);
    expect(isAcceptable('\ufdfa'.repeat(256))).toBe(false);
  });

  it('whatever text it is, in bounded time and without a fault', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => typeof isAcceptable(name) === 'boolean'),
    );
  });

  it('only with a key that PostgreSQL can index (2,704 bytes)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 256 }), (name) => {
        fc.pre(isAcceptable(name));
        return Buffer.byteLength(foldName(name)) < 2_704 - 32;
      }),
    );
  });
});

describe('a name that is refused is refused with what is wrong and where', () => {
  it.each([
    ['', 'is empty'],
    ['x'.repeat(257), 'has 257 UTF-16 units, more than 256'],
    ['zw\u200bsp', 'holds U+200B at position 3, which is not seen'],
    ['🦊\u200b', 'holds U+200B at position 2, which is not seen'],
    ['علی\u200cرضا\u200b', 'holds U+200B at position 8, which is not seen'],
    ['a\nb', 'holds U+000A at position 2, a control character'],
    ['O\u0092Brien', 'holds U+0092 at position 2, a control character'],
    ['nbsp\u00a0', 'ends with white space: U+00A0 at position 5'],
    [' jdoe', 'begins with white space: U+0020 at position 1'],
    ['\t', 'holds U+0009 at position 1, a control character'],
    ['a\u20c1', 'holds U+20C1 at position 2, which Unicode 16.0 does not assign'],
    ['a\uffff', 'holds U+FFFF at position 2, which Unicode 16.0 does not assign'],
    ['.', 'is ., which no path can carry'],
    ['..', 'is .., which no path can carry'],
    ['\u2025', 'is .., which no path can carry'],
    ['\ufdfa'.repeat(30), 'has 540 UTF-16 units as compared, more than 512'],
  ])('%j %s', (name, fault) => expect(faultOf(name)).toBe(fault));
});

describe('of two acceptable names', () => {
  it('that differ only in what is not seen, one can exist', () => {
    const unseen = fc.constantFrom('\u00ad', '\u034f', '\u200b', '\u200c', '\u200d', '\u202e', '\ufe0f', '\u{e0041}');
    const visible = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 3 }), fc.constantFrom('ی', 'क्', 'e\u0301', 'ᾳ'));
    fc.assert(
      fc.property(fc.array(fc.oneof(visible, unseen), { maxLength: 20 }), (parts) => {
        const [one, other] = [parts, parts.filter((part) => !/^\p{DI}$/u.test(part))].map((some) => some.join(''));
        expect(foldName(one ?? '')).toBe(foldName(other ?? ''));
        expect(foldName(foldName(one ?? ''))).toBe(foldName(one ?? ''));
        if (isAcceptable(one ?? '')) expect(isAcceptable(other ?? '')).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});
