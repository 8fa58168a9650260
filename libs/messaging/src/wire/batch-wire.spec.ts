import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readAnswers, readItems, writeAnswer, writeArray, writeItem } from './batch-wire.js';
import { RequestHeaders, sharedHeaderNames, sharedHeadersOf } from './request-headers.js';

describe('a batch', () => {
  it('carries every item with its own headers and body', () => {
    const item = fc.record({
      id: fc.nat(),
      headers: fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true }),
      body: fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value))),
    });
    fc.assert(
      fc.property(fc.array(item), (items) => {
        const text = writeArray(items.map(({ id, headers, body }) => writeItem(id, headers, JSON.stringify(body), {})));
        expect(readItems(text)).toEqual(items);
      }),
    );
  });

  it('says once what its items say alike, and each item what it says otherwise', () => {
    const value = fc.string({ minLength: 1 });
    const headers = fc.record(
      { 'Countersign-Realm': value, 'Countersign-Actor': value, 'Countersign-Via': value, traceparent: value },
      { requiredKeys: ['traceparent'], noNullPrototype: true },
    );
    fc.assert(
      fc.property(headers, headers, fc.boolean(), (first, other, isAlike) => {
        const shared = sharedHeadersOf(first);
        const said = isAlike ? { ...first, traceparent: other.traceparent } : other;
        const [item] = readItems(writeArray([writeItem(1, said, '{}', shared)])) ?? [];
        if (isAlike) expect(Object.keys(item?.headers ?? {})).toEqual(['traceparent']);
        const read = new RequestHeaders(item?.headers ?? {}, shared);
        const names = [...sharedHeaderNames, 'traceparent'];
        const heard = names.flatMap((name) => (read.get(name) === undefined ? [] : [[name, read.get(name)]]));
        expect(Object.fromEntries(heard)).toEqual(said);
      }),
    );
  });

  it('shares nothing that is each item its own: a key of the message is no key of its items', () => {
    expect(sharedHeadersOf({ 'Countersign-Idempotency-Key': 'k', traceparent: 't', 'Countersign-Batch': '2' })).toEqual(
      {},
    );
  });

  it('carries every answer with its status', () => {
    const answers = [
      { id: 1, status: 200, body: { a: 1 } },
      { id: 'x"y', status: 404, body: null },
    ];
    const text = writeArray(answers.map(({ id, status, body }) => writeAnswer(id, status, JSON.stringify(body))));
    expect(readAnswers(text)).toEqual(answers);
  });

  it('is read from anything without throwing; what has no id is left out', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void [readItems(text), readAnswers(text)]));
    expect(readItems('{}')).toBeUndefined();
    expect(readItems('[1,null,[],{"b":1},{"id":1.5},{"id":null},{"id":2}]')).toEqual([
      { id: 2, headers: {}, body: undefined },
    ]);
    expect(readItems(JSON.stringify([{ id: 'x'.repeat(65) }]))).toEqual([]);
  });
});
