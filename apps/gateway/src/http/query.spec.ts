import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MalformedRequest } from './malformed-request.js';
import { namesParameter, parameterOf } from './query.js';

describe('a parameter of a query', () => {
  it.each([
    ['?username=jdoe', 'jdoe'],
    ['?username=jane+doe', 'jane doe'],
    ['?username=jane%20doe', 'jane doe'],
    ['?username=a%2Bb', 'a+b'],
    ['?username=a%26b%3Dc', 'a&b=c'],
    ['?username=a=b', 'a=b'],
    ['?username=zo%C3%AB', 'zoë'],
    ['?username=%2561', '%61'],
    ['?username=CORP\\jdoe', 'CORP\\jdoe'],
    ['?username=a;b', 'a;b'],
    ['?x=1&username=jdoe&&y', 'jdoe'],
    ['?%75sername=jdoe', 'jdoe'],
    ['?username=', ''],
    ['?username', ''],
  ])('%s is %j', (query, value) => {
    expect(namesParameter(query, 'username')).toBe(true);
    expect(parameterOf(query, 'username')).toBe(value);
  });

  it.each([
    '',
    '?',
    '?x=username',
    '?Username=a',
    '?username[]=a',
    '?username%5B%5D=a',
    '?user+name=a',
    '?x=1;username=a',
  ])('%s does not have it', (query) => {
    expect(namesParameter(query, 'username')).toBe(false);
    expect(parameterOf(query, 'username')).toBeUndefined();
  });

  it.each([
    '?username=a&username=b',
    '?username=a&username=a',
    '?username=a&%75sername=b',
    '?username&username=a',
    '?username=%',
    '?username=%zz',
    '?username=%C3',
    '?username=%C0%AF',
    '?username=%ED%A0%80',
    '?username=%00',
    '?username=a%0D%0Ab',
    '?username=a%C2%85',
    '?username=a#b',
    '?username=a&x=%zz',
    '?username=a&%zz=1',
  ])('%s has it, and is refused', (query) => {
    expect(namesParameter(query, 'username')).toBe(true);
    expect(() => parameterOf(query, 'username')).toThrow(MalformedRequest);
  });

  it('is read as it was written, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        fc.pre(!/\p{Cc}|\p{Surrogate}/u.test(value));
        for (const written of [encodeURIComponent(value), new URLSearchParams({ v: value }).toString().slice(2)]) {
          expect(parameterOf(`?username=${written}`, 'username')).toBe(value);
        }
      }),
    );
  });

  it('router and reader agree on whether it is there, whatever comes', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\?[username%75&=#+[\]]*$/), (query) => {
        try {
          expect(parameterOf(query, 'username') !== undefined).toBe(namesParameter(query, 'username'));
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedRequest);
        }
      }),
    );
  });
});
