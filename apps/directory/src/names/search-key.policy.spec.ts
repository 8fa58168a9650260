import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { searchKeyOf, shortened } from './search-key.policy.js';

/** A third of an 8 KiB page, less what is kept beside the key. */
const largestIndexedBytes = 2_600;

describe('the key that a text is searched by', () => {
  it('is the folded text', () => {
    expect(searchKeyOf('STRASSE')).toBe(searchKeyOf('straße'));
  });

  it.each([undefined, '', '\u00ad'])('is none for %j', (text) => {
    expect(searchKeyOf(text)).toBeNull();
  });

  it('fits an index and is text that PostgreSQL stores, whatever the name', () => {
    const long = fc.string({ unit: fc.constantFrom('\ufdfa', '\u{1d15e}', 'ß', 'a', '\u0390'), maxLength: 2_000 });
    fc.assert(
      fc.property(long, (name) => {
        const key = searchKeyOf(name) ?? '';
        expect(Buffer.byteLength(key)).toBeLessThan(largestIndexedBytes);
        expect(/\p{Surrogate}/u.test(key)).toBe(false);
      }),
    );
  });

  it('begins with as much of every prefix of the name as is kept of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.nat(400), (name, length) => {
        const prefix = Array.from(name).slice(0, length).join('');
        expect(shortened(name).startsWith(shortened(prefix))).toBe(true);
      }),
    );
  });
});
