import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isMailAddress } from './mail-address.policy.js';

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
  ])('when it is a dot-atom at a domain of two labels or more: %s', (value) => {
    expect(isMailAddress(value)).toBe(true);
  });

  it.each([
    '',
    'jdoe',
    'jdoe@',
    '@example.com',
    'jdoe@example',
    'jdoe@@example.com',
    'j@doe@example.com',
    'j doe@example.com',
    ' jdoe@example.com',
    'jdoe@example.com\n',
    'jdoe@example.com\r\nBcc: x@example.com',
    '.jdoe@example.com',
    'jdoe.@example.com',
    'j..doe@example.com',
    'jdoe@.example.com',
    'jdoe@example..com',
    'jdoe@example.com.',
    'jdoe@-example.com',
    'jdoe@example-.com',
    'jdoe@[127.0.0.1]',
    '"j doe"@example.com',
    'J Doe <jdoe@example.com>',
    'jdoe@exa_mple.com',
    'jdoe@example.com,x@example.com',
    `${'l'.repeat(65)}@example.com`,
    `jdoe@${'d'.repeat(64)}.com`,
    `jdoe@${'d.'.repeat(130)}com`,
    // of which the folded form has more than 512 units
    `${'\ufdfa'.repeat(60)}@example.com`,
  ])('and refused otherwise: %j', (value) => {
    expect(isMailAddress(value)).toBe(false);
  });

  it('only with one @, no blank, no control and at most 254 units, whatever is tried', () => {
    const parts = fc.array(fc.constantFrom('a', '.', '@', '-', ' ', '\n', 'é', '"', '<', 'example', '.com'), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(parts, (tried) => {
        const value = tried.join('');
        if (!isMailAddress(value)) return true;
        return value.split('@').length === 2 && !/[\s\p{Cc}"<>]/u.test(value) && value.length <= 254;
      }),
    );
  });
});
