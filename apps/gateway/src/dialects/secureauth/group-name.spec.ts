import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readGroupName, shownGroupName } from './group-name.js';

const suffix = 'OU=groups,DC=dev,DC=local';

describe('RFC 4514 section 2.4: a group is shown as a distinguished name', () => {
  it.each([
    ['SharePoint Developers', 'CN=SharePoint Developers'],
    ['Lučić', 'CN=Lučić'],
    ['a=b', 'CN=a=b'],
    ['James "Jim" Smith, III', 'CN=James \\"Jim\\" Smith\\, III'],
    ['a+b;c<d>e\\f', 'CN=a\\+b\\;c\\<d\\>e\\\\f'],
    ['#hash', 'CN=\\#hash'],
    ['in#side', 'CN=in#side'],
    [' both ', 'CN=\\ both\\ '],
    [' ', 'CN=\\ '],
    ['CN=admins,OU=groups,DC=dev,DC=local', 'CN=CN=admins\\,OU=groups\\,DC=dev\\,DC=local'],
  ])('%j', (group, name) => {
    expect(shownGroupName(group, suffix)).toBe(`${name},${suffix}`);
    expect(readGroupName(`${name},${suffix}`, suffix)).toBe(group);
  });

  it('without a suffix groups are shown plainly, and distinguished names are plain names', () => {
    expect(shownGroupName('a, b', '')).toBe('a, b');
    expect(readGroupName(`CN=a,${suffix}`, '')).toBe(`CN=a,${suffix}`);
  });
});

describe('RFC 4514 section 3: a group is named plainly or by a distinguished name', () => {
  it.each([
    ['admins', 'admins'],
    [`cn=admins,${suffix}`, 'admins'],
    ['CN=admins,ou=GROUPS,dc=Dev,dc=LOCAL', 'admins'],
    [`CN=Lu\\C4\\8Di\\C4\\87,${suffix}`, 'Lučić'],
    [`CN=a\\2Cb\\5c,${suffix}`, 'a,b\\'],
    [`CN=a\\=b,${suffix}`, 'a=b'],
    [`CN=\\20a\\20,${suffix}`, ' a '],
    [`CN=a\\00,${suffix}`, 'a\0'],
    [`CN=\\EF\\BB\\BFa,${suffix}`, '\ufeffa'],
  ])('%j names %j', (text, group) => expect(readGroupName(text, suffix)).toBe(group));

  it.each([
    ['the suffix of another realm', 'CN=admins,OU=groups,DC=other,DC=local'],
    ['no suffix', 'CN=admins'],
    ['nothing but a comma', 'CN=admins,'],
    ['more before the suffix', `CN=admins,OU=x,${suffix}`],
    ['another attribute', `OU=admins,${suffix}`],
    ['an object identifier', `2.5.4.3=admins,${suffix}`],
    ['two values', `CN=a+CN=b,${suffix}`],
    ['a hex string', `CN=#0401,${suffix}`],
    ['a quoted string of RFC 2253', `CN="admins",${suffix}`],
    ['a space at the start', `CN= admins,${suffix}`],
    ['a space at the end', `CN=admins ,${suffix}`],
    ['a space at the end, after an escaped backslash', `CN=admins\\\\ ,${suffix}`],
    ['a semicolon', `CN=a;b,${suffix}`],
    ['half an octet', `CN=a\\4,${suffix}`],
    ['an escape of a letter', `CN=\\xa,${suffix}`],
    ['octets that are not UTF-8', `CN=a\\C4,${suffix}`],
    ['octets of a surrogate', `CN=\\ED\\A0\\80,${suffix}`],
    ['a NUL', `CN=a\0,${suffix}`],
    ['an escaped comma before the suffix', `CN=admins\\,${suffix}`],
    ['a backslash at the end', 'CN=admins\\'],
  ])('%s makes a plain name', (_what, text) => expect(readGroupName(text, suffix)).toBe(text));

  it('every name, as it is shown, names itself, under any suffix', () => {
    const name = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[ #"+,;<>\\=a\0]*$/));
    fc.assert(
      fc.property(name, name, (group, ending) => {
        const wellFormed = group.replace(/\p{Surrogate}/gu, '');
        expect(readGroupName(shownGroupName(wellFormed, ending), ending)).toBe(wellFormed);
      }),
      { numRuns: 2_000 },
    );
  });

  it('two names are never shown alike', () => {
    const name = fc.stringMatching(/^[ #",\\=CN]{0,6}$/);
    fc.assert(fc.property(name, name, (a, b) => a === b || shownGroupName(a, suffix) !== shownGroupName(b, suffix)));
  });

  it('takes time in proportion to the text, whatever it holds', () => {
    for (const part of ['\\', ' ', '\\ ', '\\2', ',', 'a\\\\ ']) {
      const long = part.repeat(100_000);
      expect(readGroupName(`CN=${long},${suffix}`, suffix)).toEqual(expect.any(String));
    }
  });
});
