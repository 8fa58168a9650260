import fc from 'fast-check';
import { parseAuthorization } from '../../libs/signing/src/authorization.js';
import { decodeBase64 } from '../../libs/signing/src/base64.js';
import { holds, holdsSame, type Target } from '../target.js';

const id = '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0';
const refusals: readonly string[] = [
  'header-missing',
  'scheme-unknown',
  'value-empty',
  'format-wrong',
  'application-unknown',
];
const encoded = (bytes: Buffer | string): string => Buffer.from(bytes).toString('base64');
const mac = fc.uint8Array({ minLength: 30, maxLength: 34 }).map((bytes) => encoded(Buffer.from(bytes)));

/** `Authorization` of a request, and the Base64 in it. */
export const authorization: Target = {
  name: 'authorization',
  about: 'the Authorization header',
  seeds: [`Basic ${encoded(`${id}:${encoded(Buffer.alloc(32, 7))}`)}`, 'Basic', 'Bearer x', 'basic \t====', ''],
  dictionary: ['Basic ', ':', '=', '==', ' ', '\t', '-', '_', '+', '/', encoded(`${id}:`), '\0', ','],
  inputs: fc
    .tuple(
      fc.constantFrom('Basic', 'basic', 'BASIC', 'Digest', ''),
      fc.constantFrom(' ', '\t', '  ', ''),
      fc.oneof(fc.uuid(), fc.string(), fc.constant(id.toUpperCase())),
      fc.oneof(mac, fc.base64String()),
    )
    .map(([scheme, gap, name, hash]) => `${scheme}${gap}${encoded(`${name}:${hash}`)}`),
  check: (input) => {
    // as Node hands headers over
    const header = input.toString('latin1');
    checkBase64(header);
    const read = parseAuthorization(header);
    if (read.refusal !== undefined) {
      holds(refusals.includes(read.refusal), `${read.refusal} is one of the closed list`);
      return;
    }
    const { applicationId } = read;
    holds(/^[0-9a-f]{32}$/.test(applicationId), 'an id is 32 lower-case hexadecimal digits');
    holds(read.mac === undefined || read.mac.length === 32, 'a mac is 32 bytes or none');
    if (read.mac === undefined) return;
    const again = parseAuthorization(`Basic ${encoded(`${applicationId}:${encoded(read.mac)}`)}`);
    holdsSame(again, { applicationId, mac: read.mac }, 'written anew it reads the same');
  },
};

/** What is read is what everybody else reads, and only the text that is Base64 is. */
function checkBase64(text: string): void {
  const bytes = decodeBase64(text);
  if (bytes === undefined) return;
  holds(/^[A-Za-z0-9+/]*={0,2}$/.test(text), 'only the standard alphabet');
  holds(Buffer.from(text, 'base64').equals(bytes), 'the bytes of any decoder');
  const bare = text.replace(/=+$/, '');
  holds(encoded(bytes).slice(0, bare.length - 1) === bare.slice(0, -1), 'no character is passed over');
}
