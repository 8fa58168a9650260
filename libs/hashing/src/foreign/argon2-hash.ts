import { base64Bytes, unpadded } from './base64-bytes.js';
import { firstRefusal, type HashReader, outside, refused } from './foreign-hash.js';
import { foreignHashBounds } from './foreign-hash-bounds.js';

const ARGON2 =
  /^\$(?<format>argon2(?:id|i|d))(?:\$v=(?<version>[0-9]{1,2}))?\$m=(?<memory>[1-9][0-9]{0,9}),t=(?<passes>[1-9][0-9]{0,9}),p=(?<lanes>[1-9][0-9]{0,9})\$(?<salt>[^$,]+)\$(?<digest>[^$,]+)$/;

/** argon2 as PHC strings (RFC 9106; P-H-C string format); version 16 is written without `v=` by its first release. */
export const readArgon2: HashReader = (text) => {
  if (!text.startsWith('$argon2')) return undefined;
  const found = ARGON2.exec(text)?.groups;
  if (found === undefined) {
    return refused('argon2 must be $argon2id$v=19$m=..,t=..,p=..$salt$digest, without keyid or data');
  }
  const { version = '16', memory, passes, lanes } = found;
  const salt = base64Bytes(found.salt ?? '');
  const digest = base64Bytes(found.digest ?? '');
  if (salt === undefined || digest === undefined) return refused('argon2 salt and digest must be base64');
  if (version !== '16' && version !== '19') return refused(`argon2 version must be 16 or 19, found ${version}`);
  const most = foreignHashBounds.argon2;
  const { least, most: longest } = foreignHashBounds.digestBytes;
  const refusal = firstRefusal([
    outside('argon2 lanes (p)', Number(lanes), 1, most.lanes),
    // RFC 9106 section 3.1
    outside('argon2 memory in KiB (m)', Number(memory), 8 * Number(lanes), most.memoryKib),
    outside('argon2 memory times passes (m x t)', Number(memory) * Number(passes), 1, most.memoryTimesPasses),
    outside('argon2 salt bytes', salt.length, 8, 64),
    outside('argon2 digest bytes', digest.length, least, longest),
  ]);
  if (refusal !== undefined) return refusal;
  const format = found.format as 'argon2id' | 'argon2i' | 'argon2d';
  const parameters = `v=${version}$m=${memory},t=${passes},p=${lanes}`;
  const canonical = `$${format}$${parameters}$${unpadded(salt)}$${unpadded(digest)}`;
  return { ok: true, format, text: canonical, check: { kind: 'argon2', text: canonical } };
};
