import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readAnswers, readItems, writeAnswer, writeArray, writeItem } from './batch-wire.js';

describe('a batch', () => {
  it('carries every item with its own headers and body', () => {
    const item = fc.record({
      id: fc.nat(),
      headers: fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true }),
      body: fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value))),
    });
    fc.assert(
      fc.property(fc.array(item), (items) => {
        const text = writeArray(items.map(({ id, headers, body }) => writeItem(id, headers, JSON.stringify(body))));
        expect(readItems(text)).toEqual(items);
      }),
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
