import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isMailAddress, mailKeyOf, mailPrefixKeyOf } from './mail-address.policy.js';

describe('a mail address is taken', () => {
  it.each([
    'jdoe@example.com',
    'j.doe+tag@mail.example.co.uk',
    "o'brien@example.com",
    'a@b.cd',
    '用户@例子.广告',
    'jürgen@münchen.example',
    'x@xn--mnchen-3ya.example',
    `${'l'.repeat(64)}@example.com`,
    // carriers gave these out, and deliver to them
    'abc.@docomo.example.jp',
    'a..b@docomo.example.jp',
    '.jdoe@example.com',
    '"abc."@docomo.example.jp',
    '"j doe"@example.com',
    '"a\\"b\\\\c@d"@example.com',
    'user@localhost',
    'jdoe@exa_mple.com',
    'jdoe@example.com.',
  ])('when mail systems deliver to it: %s', (value) => {
    expect(isMailAddress(value)).toBe(true);
  });

  it.each([
    '',
    'jdoe',
    'jdoe@',
    '@example.com',
    'jdoe@@example.com',
    'j@doe@example.com',
    'j doe@example.com',
    ' jdoe@example.com',
    'jdoe@example.com\n',
    'jdoe@example.com\r\nBcc: x@example.com',
    '"jdoe\r\nBcc: x"@example.com',
    '"j"doe"@example.com',
    '""@example.com',
    '"j\\"@example.com',
    'jdoe@.example.com',
    'jdoe@example..com',
    'jdoe@example.com..',
    'jdoe@.',
    'jdoe@-example.com',
    'jdoe@example-.com',
    'jdoe@[127.0.0.1]',
    'J Doe <jdoe@example.com>',
    'jdoe@example.com,x@example.com',
    'j\u200bdoe@example.com',
    `${'l'.repeat(65)}@example.com`,
    `jdoe@${'d'.repeat(64)}.com`,
    `jdoe@${'d.'.repeat(130)}com`,
    // of which the compared form has more than 512 units
    `${'\ufdfa'.repeat(60)}@example.com`,
    // of a later Unicode version than names are compared by
    'a\u{323b0}@example.com',
  ])('and refused otherwise: %j', (value) => {
    expect(isMailAddress(value)).toBe(false);
  });

  it('only with no control, no blank but in quotes, and at most 254 units, whatever is tried', () => {
    const parts = fc.array(fc.constantFrom('a', '.', '@', '-', ' ', '\n', 'é', '"', '\\', '<', 'example', '.com'), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(parts, (tried) => {
        const value = tried.join('');
        if (!isMailAddress(value)) return true;
        const bare = value.startsWith('"') ? value.slice(value.lastIndexOf('"') + 1) : value;
        return bare.split('@').length === 2 && !/[\s<>]/.test(bare) && !/\p{Cc}/u.test(value) && value.length <= 254;
      }),
    );
  });
});

describe('two mail addresses are one', () => {
  it.each([
    ['JDoe@Example.COM', 'jdoe@example.com'],
    ['jdoe@example.com.', 'jdoe@example.com'],
    ['x@münchen.example', 'x@XN--MNCHEN-3YA.example'],
    ['x@MÜNCHEN.example', 'x@mu\u0308nchen.example'],
    ['x@straße.example', 'x@xn--strae-oqa.example'],
    ['x@STRAẞE.example', 'x@straße.example'],
    ['x@例子.example', 'x@xn--fsqu00a.example'],
    ['"a..b"@example.com', 'a..b@example.com'],
    ['"j\\oe"@example.com', 'joe@example.com'],
  ])('%s and %s', (one, other) => expect(mailKeyOf(one)).toBe(mailKeyOf(other)));

  it.each([
    ['x@straße.example', 'x@strasse.example'],
    ['x@βόλος.example', 'x@βόλοσ.example'],
    ['x@xn--0.example', 'x@0.example'],
    ['x@1.2', 'x@1.0.0.2'],
    ['a.b@example.com', 'a..b@example.com'],
    ['mıkael@example.com', 'mikael@example.com'],
  ])('but not %s and %s', (one, other) => expect(mailKeyOf(one)).not.toBe(mailKeyOf(other)));

  it('and what one begins with, its key begins with, up to where a label is cut', () => {
    const address = fc.constantFrom('Jörg@MÜNCHEN.example', '"a..b"@straße.example', 'x@例子.广告');
    fc.assert(
      fc.property(address, fc.nat(30), (value, length) => {
        const prefix = value.slice(0, length);
        fc.pre(!prefix.startsWith('"') || prefix.includes('@'));
        expect(mailKeyOf(value).startsWith(mailPrefixKeyOf(prefix))).toBe(true);
      }),
    );
  });
});
