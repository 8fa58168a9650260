import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { foldName, unassignedIn } from './fold-name.js';
import { unicodeVersion } from './unicode-tables.js';

interface Vectors {
  readonly version: string;
  readonly casefoldsByPage: Readonly<Record<string, string>>;
  readonly unassigned: string;
}
/** Digests of the Unicode Character Database, written by `scripts/unicode.mjs`. */
const vectors = JSON.parse(readFileSync(new URL('./fold-name.vectors.json', import.meta.url), 'utf8')) as Vectors;
const digestOf = (rows: readonly string[]) => createHash('sha256').update(rows.join('\n')).digest('hex').slice(0, 16);
const hexOf = (point: number) => point.toString(16).toUpperCase().padStart(4, '0');
const hexesOf = (text: string) => Array.from(text, (character) => hexOf(character.codePointAt(0) ?? 0)).join(' ');

/** Every code point that can stand in a text. */
function* everyPoint(): Generator<number> {
  for (let point = 0; point <= 0x10_ffff; point += 1) {
    if (point === 0xd800) point = 0xe000;
    yield point;
  }
}

describe('names are compared as the Unicode Character Database says', () => {
  it('every code point becomes its NFKC_Casefold (DerivedNormalizationProps.txt)', () => {
    const pages = new Map<string, string[]>();
    for (const point of everyPoint()) {
      const character = String.fromCodePoint(point);
      const folded = foldName(character);
      if (folded === character) continue;
      const page = (point >> 8).toString(16);
      const rows = pages.get(page) ?? [];
      rows.push(`${hexOf(point)};${hexesOf(folded)}`);
      pages.set(page, rows);
    }
    const digests = Object.fromEntries([...pages].map(([page, rows]) => [page, digestOf(rows)]));
    expect(vectors.version).toBe(unicodeVersion);
    expect(digests).toEqual(vectors.casefoldsByPage);
  });

  it('no code point is taken that the version does not assign (DerivedGeneralCategory.txt)', () => {
    const ranges: [first: number, last: number][] = [];
    for (const point of everyPoint()) {
      if (unassignedIn(String.fromCodePoint(point)) === undefined) continue;
      const range = ranges.at(-1);
      if (range?.[1] === point - 1) range[1] = point;
      else ranges.push([point, point]);
    }
    expect(digestOf(ranges.map((range) => range.map(hexOf).join('..')))).toBe(vectors.unassigned);
  });

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
    ['Ꭰ', 'ꭰ'],
    ['İPEK', 'i\u0307pek'],
    ['\u037a\u0301', ' \u03af'],
    ['j\u200bdo\u00ade\ufeff', 'jdoe'],
    ['\u202ejdoe', 'jdoe'],
    ['jdoe\u3164', 'jdoe'],
    ['e\u034f\u0301', 'é'],
    ['علی\u200cرضا', 'علیرضا'],
    ['α\u0345\u0301', 'ά\u0345'],
  ])('%j is %j', (one, other) => expect(foldName(one)).toBe(foldName(other)));

  it.each([
    ['jdoe', 'j doe'],
    ['e', 'é'],
    ['jdoe', 'jdoe '],
    ['mikael', 'mıkael'],
    ['sila', 'sıla'],
    ['isi', 'ısı'],
    ['İPEK', 'ipek'],
    ['I', 'ı'],
    ['i', '\u{1d6a4}'],
  ])('%j is not %j', (one, other) => expect(foldName(one)).not.toBe(foldName(other)));

  it('what is folded stays as it is when folded again, and is the same in every canonical form', () => {
    const character = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 3 }), fc.constantFrom('\u0345', '\u0301', 'ά'));
    fc.assert(
      fc.property(fc.array(character, { maxLength: 12 }), (parts) => {
        const name = parts.join('');
        const folded = foldName(name);
        expect(foldName(folded)).toBe(folded);
        expect(foldName(name.normalize('NFD'))).toBe(folded);
        expect(foldName(name.normalize('NFC'))).toBe(folded);
        expect(foldName(name.normalize('NFKC'))).toBe(foldName(name.normalize('NFKD')));
      }),
      { numRuns: 2_000 },
    );
  });

  it('a character that is not assigned stays, and the rest is folded around it', () => {
    // U+20C1 is a sign of Unicode 17
    expect(foldName('ÉA\u20c1ÉA')).toBe('éa\u20c1éa');
    expect(unassignedIn('ÉA\u20c1ÉA\u20c1')).toBe('\u20c1');
    expect(unassignedIn('Straße 名前 🦊')).toBeUndefined();
  });
});
