import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, recordKeyHash, requestHash } from './request-hash.js';

describe('the hash of a request', () => {
  it('does not depend on the order of fields', () => {
    const record = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.dictionary(fc.string(), fc.integer())));
    fc.assert(
      fc.property(record, (request) => {
        const reversed = Object.fromEntries(Object.entries(request).reverse());
        expect(requestHash('k', reversed)).toBe(requestHash('k', request));
      }),
    );
  });

  it('depends on every value, on the order of lists and on the key', () => {
    expect(requestHash('k', { a: 1 })).not.toBe(requestHash('k', { a: 2 }));
    expect(requestHash('k', [1, 2])).not.toBe(requestHash('k', [2, 1]));
    const [one, two] = ['{"__proto__":{"a":1}}', '{"__proto__":{"a":2}}'].map((text) => JSON.parse(text) as object);
    expect(requestHash('k', one)).not.toBe(requestHash('k', two));
    expect(requestHash('k', { a: 1 })).not.toBe(requestHash('l', { a: 1 }));
  });

  it('takes what was left out and undefined as the same', () => {
    expect(canonicalJson({ a: 1, b: undefined })).toBe(canonicalJson({ a: 1 }));
  });
});

describe('the name of a handled request', () => {
  it('keeps caller, operation and key apart', () => {
    const names = [
      recordKeyHash('gateway', 'a', 'k'),
      recordKeyHash('operator', 'a', 'k'),
      recordKeyHash('gateway', 'b', 'k'),
      recordKeyHash('gateway', 'a', 'l'),
      recordKeyHash('gateway","a', '', 'k'),
    ].map((name) => name.toString('hex'));
    expect(new Set(names).size).toBe(names.length);
  });
});
