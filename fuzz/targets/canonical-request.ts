import fc from 'fast-check';
import { applicationKey } from '../../libs/signing/src/application-key.js';
import { canonicalHead, canonicalRequest } from '../../libs/signing/src/canonical-request.js';
import { decodedPaths, latin1Body, verifyRequest } from '../../libs/signing/src/verify-request.js';
import { holds, holdsSame, type Target } from '../target.js';

const key = applicationKey('000102030405060708090a0b0c0d0e0ff0e0d0c0b0a090807060504030201000');
const all = { decodedPath: true, latin1Body: true };
const example = `POST\0Wed, 08 Apr 2015 21:37:33 GMT\0${'a'.repeat(32)}\0/demo/api/v1/users/zo%C3%AB\0{"a":"ë"}`;

/** Parts of a request, parted by NUL, which no HTTP parser lets through in any of them. */
export const canonical: Target = {
  name: 'canonical-request',
  about: 'what is signed of a request, and the tolerances in verifying it',
  seeds: [example, 'GET\0D\0A\0/p\0', '\0\0\0\0', 'GET\0D\0A\0/a%20b%2F\0\u00c3\u00a9'],
  dictionary: ['\0', '\n', '%20', '%2F', '%C3%AB', '%25', '%', '/', '..', 'ë', 'Ã', '\u0080', '€'],
  inputs: fc
    .array(fc.string({ unit: fc.constantFrom('/', 'a', '%20', '%2F', '%C3%AB', '%5c', '.', 'ë', '\n', ' ') }), {
      minLength: 5,
      maxLength: 5,
    })
    .map((parts) => parts.join('\0')),
  check: (input) => {
    const request = requestIn(input);
    const head = canonicalHead(request);
    const { path, body } = request;
    checkDecodedPath(path);
    checkLatin1Body(body);
    if (head === undefined) {
      holds(/\n/.test(Object.values({ ...request, body: '' }).join('')), 'only a line feed makes a request unsignable');
      return;
    }
    const bytes = canonicalRequest(request);
    const lines = bytes.toString('latin1').split('\n');
    const { method, date, applicationId } = request;
    holdsSame(lines.slice(0, 4), [method, date, applicationId, path], 'the parts can be cut off again');
    holdsSame(lines.length > 4 ? lines.slice(4).join('\n') : '', body.toString('latin1'), 'and the body is the rest');
    const mac = Buffer.alloc(32);
    key.macInto(mac, '', bytes);
    holds(verifyRequest({ ...request, mac, key, tolerances: all }) === 'strict', 'its own MAC holds');
    const other = Buffer.concat([bytes, Buffer.from('x')]);
    key.macInto(mac, '', other);
    holds(verifyRequest({ ...request, mac, key, tolerances: all }) === undefined, 'the MAC of another does not');
  },
};

function requestIn(input: Buffer) {
  // ASCII as an HTTP parser gives it: it lets no other bytes through in what is signed as text
  const [method = '', date = '', applicationId = '', path = ''] = input
    .toString('latin1')
    .replace(/[\u0080-\u00ff]/g, '?')
    .split('\0');
  const headLength = method.length + date.length + applicationId.length + path.length + 4;
  return { method, date, applicationId, path, body: input.subarray(headLength) };
}

/** All forms, split at slashes and decoded, give the same parts. */
function checkDecodedPath(path: string): void {
  for (const decoded of decodedPaths(path)) {
    holdsSame(
      decoded.split('/').map(decodedOnce),
      path.split('/').map(decodedOnce),
      'a decoded path has the same segments',
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    holds(!/[\u0000-\u001f\u007f-\u009f]/.test(decoded), 'and no control character');
  }
}

/** What cannot be decoded stays as it is in both forms. */
function decodedOnce(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function checkLatin1Body(body: Buffer): void {
  const bytes = latin1Body(body);
  if (bytes === undefined) return;
  holds(Buffer.from(bytes.toString('latin1')).equals(body), 'a body in Latin-1 has the same characters');
}
