import { applicationKey, canonicalRequest, signResponse, verifyRequest, verifyResponse } from '@countersign/signing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BlockCounts } from './block-counts.js';

/**
 * Constant time (authentik CVE-2024-52307; ASVS 5.0 11.2.4), counted: V8 tells how often each block of the code was run.
 * Where a difference stands must make no difference to that. `npm run fuzz -- timing` measures the same by the clock.
 */
const key = applicationKey('ab'.repeat(32));
const request = {
  method: 'POST',
  date: 'Fri, 31 Jan 2020 09:05:07 GMT',
  applicationId: 'a'.repeat(32),
  path: '/demo/api/v1/users/zo%C3%AB',
  body: Buffer.from('{"a":"ë"}'),
};
const mac = Buffer.alloc(32);
key.macInto(mac, '', canonicalRequest(request));
const tolerances = { decodedPath: true, latin1Body: true };

/** In the first byte, in the middle, in the last; few, as each count looks at all code that its process has loaded. */
const bits = [7, 8, 128, 255];

/** The same with one bit turned. */
function turned(bytes: Buffer, bit: number): Buffer {
  const other = Buffer.from(bytes);
  other.writeUInt8(other.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return other;
}

let blocks: BlockCounts;
beforeAll(() => {
  blocks = BlockCounts.start(/\/libs\/signing\/src\/[a-z0-9-]+\.ts$/);
});
afterAll(() => blocks?.stop());

describe('a signature that does not hold', () => {
  it('takes the same way through the code wherever it differs', () => {
    const workOf = (bit: number) => {
      const claimed = turned(mac, bit);
      return blocks.of(() => expect(verifyRequest({ ...request, mac: claimed, key, tolerances })).toBeUndefined());
    };
    const first = workOf(0);
    expect(first.length).toBeGreaterThan(4);
    for (const bit of bits) expect([bit, workOf(bit)]).toEqual([bit, first]);
  });

  it('of an answer likewise', () => {
    const answer = { date: request.date, applicationId: request.applicationId, body: request.body, key };
    const right = Buffer.from(signResponse(answer), 'base64');
    const workOf = (bit: number) => {
      const signature = turned(right, bit).toString('base64');
      return blocks.of(() => expect(verifyResponse({ ...answer, signature })).toBe(false));
    };
    const first = workOf(0);
    for (const bit of bits) expect([bit, workOf(bit)]).toEqual([bit, first]);
  });
});

describe('the count', () => {
  it('sees a comparison that stops where it differs', async () => {
    const { leakyEquals } = await import('./how-not-to.js');
    const leaky = BlockCounts.start(/how-not-to\.ts$/);
    try {
      const workOf = (bit: number) => leaky.of(() => expect(leakyEquals(turned(mac, bit), mac)).toBe(false));
      expect(workOf(0)).not.toEqual(workOf(255));
    } finally {
      leaky.stop();
    }
  });
});
