import { applicationKey, canonicalRequest, signResponse, verifyRequest, verifyResponse } from '@countersign/signing';
import { leakyEquals } from './how-not-to.js';

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
const answer = { date: request.date, applicationId: request.applicationId, body: request.body, key };
const right = Buffer.from(signResponse(answer), 'base64');

/** The same with one bit turned. */
function turned(bytes: Buffer, bit: number): Buffer {
  const other = Buffer.from(bytes);
  other.writeUInt8(other.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return other;
}

function mustNotHold(holds: boolean): void {
  if (holds) throw new Error('what was altered holds');
}

const checks: Readonly<Record<string, (bit: number) => boolean>> = {
  request: (bit) => verifyRequest({ ...request, mac: turned(mac, bit), key, tolerances }) !== undefined,
  answer: (bit) => verifyResponse({ ...answer, signature: turned(right, bit).toString('base64') }),
  leaky: (bit) => leakyEquals(turned(mac, bit), mac),
};

/** Each check, wherever the signature differs: `request 0` to `request 255`, and so on. */
export const works = Object.fromEntries(
  Object.entries(checks).flatMap(([name, holds]) =>
    Array.from({ length: 256 }, (_, bit) => [`${name} ${bit}`, () => mustNotHold(holds(bit))]),
  ),
);
