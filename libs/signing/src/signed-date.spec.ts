import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatSignedDate, isWithinSkew, parseSignedDate, signedDateOf } from './signed-date.js';

describe('contract A.2, the date that counts', () => {
  const ext = 'Wed, 08 Apr 2015 21:37:33.123 GMT';
  const plain = 'Wed, 08 Apr 2015 21:37:33 GMT';

  it('is that of X-SA-Ext-Date, else of X-SA-Date, else of Date', () => {
    expect(signedDateOf({ date: 'c', 'x-sa-date': 'b', 'x-sa-ext-date': 'a' })).toBe('a');
    expect(signedDateOf({ date: 'c', 'x-sa-date': 'b' })).toBe('b');
    expect(signedDateOf({ date: 'c' })).toBe('c');
    expect(signedDateOf({})).toBeUndefined();
  });

  it('is never that of a lower header because the chosen one is wrong or empty', () => {
    expect(signedDateOf({ 'x-sa-ext-date': '', date: plain })).toBe('');
    expect(signedDateOf({ 'x-sa-date': 'yesterday', date: plain })).toBe('yesterday');
  });

  it('loses outer white space and nothing else', () => {
    expect(signedDateOf({ date: ` \t${ext}\t ` })).toBe(ext);
    expect(signedDateOf({ date: `\u00a0${ext}` })).toBe(`\u00a0${ext}`);
  });

  it('costs nothing by spaces inside of it, which need no key to be sent (Hawk CVE-2022-29167)', () => {
    const long = `x${' '.repeat(1_000_000)}y`;
    expect(signedDateOf({ 'x-sa-date': long })).toBe(long);
  });

  it('is no date if the header was sent twice', () => {
    for (const value of [`${plain}, ${plain}`, [plain, plain]]) {
      expect(parseSignedDate(signedDateOf({ date: value }) ?? '')).toBeUndefined();
    }
    expect(signedDateOf({ date: [plain] })).toBe(plain);
  });
});

describe('contract A.2, the grammar', () => {
  it.each([
    ['Wed, 08 Apr 2015 21:37:33 GMT', Date.UTC(2015, 3, 8, 21, 37, 33)],
    ['Wed, 08 Apr 2015 21:37:33.123 GMT', Date.UTC(2015, 3, 8, 21, 37, 33, 123)],
    ['Thu, 29 Feb 2024 00:00:00 GMT', Date.UTC(2024, 1, 29)],
    ['Tue, 29 Feb 2000 23:59:59.999 GMT', Date.UTC(2000, 1, 29, 23, 59, 59, 999)],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['Fri, 01 Jan 0099 00:00:00 GMT', Date.parse('0099-01-01T00:00:00Z')],
  ])('reads %s', (text, ms) => {
    expect(parseSignedDate(text)).toBe(ms);
  });

  it('does not hold the weekday against the date', () => {
    expect(parseSignedDate('Mon, 08 Apr 2015 21:37:33 GMT')).toBe(Date.UTC(2015, 3, 8, 21, 37, 33));
  });

  it.each([
    ['an unknown weekday', 'Xyz, 08 Apr 2015 21:37:33 GMT'],
    ['another case', 'wed, 08 apr 2015 21:37:33 gmt'],
    ['a whole weekday', 'Wednesday, 08 Apr 2015 21:37:33 GMT'],
    ['one digit for the day', 'Wed, 8 Apr 2015 21:37:33 GMT'],
    ['two digits for the year', 'Wed, 08 Apr 15 21:37:33 GMT'],
    ['a day that the month lacks', 'Tue, 31 Feb 2015 21:37:33 GMT'],
    ['30 February of a leap year', 'Fri, 30 Feb 2024 00:00:00 GMT'],
    ['29 February of no leap year', 'Sun, 29 Feb 2015 00:00:00 GMT'],
    ['29 February of 1900', 'Thu, 29 Feb 1900 00:00:00 GMT'],
    ['31 April', 'Fri, 31 Apr 2015 00:00:00 GMT'],
    ['day 00', 'Wed, 00 Apr 2015 00:00:00 GMT'],
    ['day 32', 'Wed, 32 Jan 2015 00:00:00 GMT'],
    ['hour 24', 'Wed, 08 Apr 2015 24:00:00 GMT'],
    ['minute 60', 'Wed, 08 Apr 2015 21:60:33 GMT'],
    ['a leap second', 'Tue, 30 Jun 2015 23:59:60 GMT'],
    ['UTC', 'Wed, 08 Apr 2015 21:37:33 UTC'],
    ['an offset', 'Wed, 08 Apr 2015 21:37:33 +0000'],
    ['one digit of fraction', 'Wed, 08 Apr 2015 21:37:33.1 GMT'],
    ['six digits of fraction', 'Wed, 08 Apr 2015 21:37:33.123456 GMT'],
    ['a comma before the fraction', 'Wed, 08 Apr 2015 21:37:33,123 GMT'],
    ['two spaces', 'Wed,  08 Apr 2015 21:37:33 GMT'],
    ['outer white space', ' Wed, 08 Apr 2015 21:37:33 GMT'],
    ['a line feed behind', 'Wed, 08 Apr 2015 21:37:33 GMT\n'],
    ['digits of another script', 'Wed, ٠٨ Apr 2015 21:37:33 GMT'],
    ['ISO 8601', '2015-04-08T21:37:33.123Z'],
    ['nothing', ''],
  ])('refuses %s', (_, text) => {
    expect(parseSignedDate(text)).toBeUndefined();
  });

  it('throws for no text', () => {
    const nearly = fc
      .tuple(fc.constant('Wed, 08 Apr 2015 21:37:33.123 GMT'), fc.nat(33), fc.string({ unit: 'binary' }))
      .map(([text, at, graft]) => text.slice(0, at) + graft + text.slice(at + graft.length));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), nearly), (text) => {
        expect(['number', 'undefined']).toContain(typeof parseSignedDate(text));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the date written', () => {
  const FIRST = Date.parse('0000-01-01T00:00:00Z');
  const LAST = Date.parse('9999-12-31T23:59:59.999Z');

  it('has the precision asked for', () => {
    const ms = Date.UTC(2020, 0, 31, 9, 5, 7, 42);
    expect(formatSignedDate(ms, 'millisecond')).toBe('Fri, 31 Jan 2020 09:05:07.042 GMT');
    expect(formatSignedDate(ms, 'second')).toBe('Fri, 31 Jan 2020 09:05:07 GMT');
  });

  it('is read back as the same time', () => {
    fc.assert(
      fc.property(fc.integer({ min: FIRST, max: LAST }), (ms) => {
        expect(parseSignedDate(formatSignedDate(ms, 'millisecond'))).toBe(ms);
        expect(parseSignedDate(formatSignedDate(ms, 'second'))).toBe(Math.floor(ms / 1_000) * 1_000);
      }),
    );
    for (const ms of [FIRST, LAST, -1, 0, 999]) expect(parseSignedDate(formatSignedDate(ms, 'millisecond'))).toBe(ms);
  });

  it.each([FIRST - 1, LAST + 1, Number.NaN, Number.POSITIVE_INFINITY])('cannot hold %d', (ms) => {
    expect(() => formatSignedDate(ms, 'second')).toThrow(RangeError);
  });
});

describe('contract A.4, skew', () => {
  it('counts both ways, the edge included', () => {
    expect([700_000, 1_300_000].map((ms) => isWithinSkew(ms, 1_000_000, 300_000))).toEqual([true, true]);
    expect([699_999, 1_300_001].map((ms) => isWithinSkew(ms, 1_000_000, 300_000))).toEqual([false, false]);
  });
});
