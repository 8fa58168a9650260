import { foldName } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isAcceptableName } from './name.policy.js';

const isAcceptable = (name: string) => isAcceptableName(name, foldName(name));

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

describe('user ids are compared after NFKC and case folding', () => {
  it.each([
    ['JDoe', 'jdoe'],
    ['É', 'é'],
    ['e\u0301', 'É'],
    ['Straße', 'STRASSE'],
    ['STRAẞE', 'strasse'],
    ['ｊｄｏｅ', 'jdoe'],
    ['Ⅷ', 'viii'],
    ['ΟΔΥΣΣΕΥΣ', 'οδυσσευς'],
    ['ﬁle', 'FILE'],
    ['j\u200bdo\u00ade\ufeff', 'jdoe'],
    ['\u202ejdoe', 'jdoe'],
    ['jdoe\u3164', 'jdoe'],
    ['e\u034f\u0301', 'é'],
    ['علی\u200cرضا', 'علیرضا'],
  ])('%s is %s', (one, other) => expect(foldName(one)).toBe(foldName(other)));

  it.each([
    ['jdoe', 'j doe'],
    ['e', 'é'],
    ['İ', 'i'],
    ['jdoe', 'jdoe '],
  ])('%j is not %j', (one, other) => expect(foldName(one)).not.toBe(foldName(other)));

  it('without regard to case, for every letter', () => {
    for (let point = 0; point < 0x1_1000; point += 1) {
      if (point >= 0xd800 && point < 0xe000) continue;
      const letter = String.fromCodePoint(point);
      const key = foldName(letter);
      if (foldName(key) !== key || foldName(letter.toUpperCase()) !== key || foldName(letter.toLowerCase()) !== key) {
        throw new Error(`U+${point.toString(16)} does not fold`);
      }
    }
  });

  it('without regard to what is not seen: of two acceptable ids that differ only there, one can exist', () => {
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

  it('the same in every canonical form', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 40 }),
        (name) => foldName(name.normalize('NFD')) === foldName(name.normalize('NFC')),
      ),
    );
  });
});
