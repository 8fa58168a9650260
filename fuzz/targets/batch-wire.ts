import fc from 'fast-check';
import {
  readAnswers,
  readItems,
  writeAnswer,
  writeArray,
  writeItem,
} from '../../libs/messaging/src/wire/batch-wire.js';
import { RequestHeaders, sharedHeadersOf } from '../../libs/messaging/src/wire/request-headers.js';
import { holds, holdsSame, type Target } from '../target.js';

const shared = sharedHeadersOf({ 'Countersign-Realm': 'demo', 'Countersign-Actor': 'application:abc' });

/** The payload of a message that carries many requests, and that of its answers. */
export const batchWire: Target = {
  name: 'batch-wire',
  about: 'many requests or answers in one message',
  seeds: [
    '[{"id":1,"h":{"Countersign-Realm":"demo","traceparent":"x"},"b":{"realm":"demo"}}]',
    '[{"id":1,"s":200,"b":{}},{"id":"x","s":404,"b":null}]',
    '[]',
    '{}',
    '[null,[],{"id":1.5},{"id":{}}]',
  ],
  dictionary: [
    '"id":',
    '"h":',
    '"b":',
    '"s":',
    '{',
    '}',
    '[',
    ']',
    ',',
    '"__proto__":',
    'null',
    '1e999',
    '"Countersign-Realm":',
  ],
  longest: 64 * 1024,
  inputs: fc
    .array(
      fc.record(
        {
          id: fc.oneof(fc.integer(), fc.string(), fc.constantFrom(null, {}, 1.5)),
          h: fc.oneof(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer())), fc.constantFrom(null, [], 'x')),
          s: fc.oneof(fc.integer(), fc.string()),
          b: fc.jsonValue(),
        },
        { requiredKeys: [] },
      ),
      { maxLength: 5 },
    )
    .map((items) => JSON.stringify(items)),
  check: (input) => {
    const text = input.toString('utf8');
    for (const item of readItems(text) ?? []) checkItem(item);
    for (const { id, status, body } of readAnswers(text) ?? []) {
      const again = readAnswers(writeArray([writeAnswer(id, status, JSON.stringify(body) ?? 'null')]));
      // a number that JSON cannot hold is written as null, and is no status
      if (Number.isFinite(status)) holdsSame(again, [{ id, status, body: body ?? null }], 'an answer written anew');
    }
  },
};

function checkItem({ id, headers, body }: NonNullable<ReturnType<typeof readItems>>[number]): void {
  holds(Number.isSafeInteger(id) || (typeof id === 'string' && id.length <= 64), 'an id can be sent back');
  const read = new RequestHeaders(headers, shared);
  for (const name of Object.keys({ ...shared, ...headers })) {
    const found = read.get(name);
    holds(found === undefined || (typeof found === 'string' && found !== ''), 'a header is read as text or not at all');
  }
  holds(
    read.get('Countersign-Idempotency-Key') === undefined || 'Countersign-Idempotency-Key' in headers,
    'no key is shared',
  );
  if (typeof id !== 'number') return;
  const own = Object.fromEntries(
    Object.entries(headers).filter(([, value]) => typeof value === 'string' && value !== ''),
  );
  const [again] = readItems(writeArray([writeItem(id, own, JSON.stringify(body) ?? 'null', {})])) ?? [];
  holdsSame(again, { id, headers: own, body: body ?? null }, 'an item written anew');
}
