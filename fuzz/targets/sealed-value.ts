import { KeyRingFault, open, parseKeyRing, SealBroken, SealKeyUnknown, seal } from '@countersign/sealing';
import fc from 'fast-check';
import { holds, type Target } from '../target.js';

const text = `{"current":"k1","keys":{"k1":"${Buffer.alloc(32, 1).toString('base64')}"}}`;
const ring = parseKeyRing(text);
const binding = { table: 'user', row: '1', column: 'pin' };
const sealed = seal(ring, binding, 'some secret');

/** Sealed values of the database, and the text of a key ring. */
export const sealedValue: Target = {
  name: 'sealed-value',
  about: 'a sealed value, the text of a key ring',
  seeds: [sealed, text, Buffer.alloc(0), sealed.subarray(0, 20)],
  dictionary: ['\u0001\u0002k1', 'k1', '"keys":{', '"current":', '"__proto__":', '='],
  inputs: fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.concat([sealed.subarray(0, 4), Buffer.from(bytes)])),
  check: (input) => {
    if (!input.equals(sealed)) {
      const error = failureOf(() => open(ring, binding, input));
      holds(
        error instanceof SealBroken || error instanceof SealKeyUnknown,
        `only what was sealed opens, found ${error}`,
      );
    }
    const fault = failureOf(() => parseKeyRing(input.toString('utf8')));
    if (fault === undefined) return;
    holds(fault instanceof KeyRingFault, `a key ring is refused as such, found ${fault}`);
    const material = /[A-Za-z0-9+/]{43}=/.exec(input.toString('utf8'))?.[0];
    holds(material === undefined || !fault.message.includes(material), 'no key is quoted');
  },
};

function failureOf(work: () => unknown): Error | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
