import { adaptedBase64Bytes, base64Bytes, unpadded } from './base64-bytes.js';
import { firstRefusal, type HashReader, outside, type Pbkdf2Digest, type ReadHash, refused } from './foreign-hash.js';
import { foreignHashBounds } from './foreign-hash-bounds.js';

/** passlib, which also writes `$pbkdf2$` for sha1 and `{PBKDF2-SHA256}` for LDAP; and the PHC string with its `i=`. */
const MODULAR =
  /^(?:\$pbkdf2(?:-(?<name>sha1|sha256|sha512))?\$|\{PBKDF2(?:-(?<ldapName>sha1|sha256|sha512))?\})(?<phc>i=)?(?<rounds>[1-9][0-9]{0,9})(?:,l=(?<length>[1-9][0-9]{0,3}))?\$(?<salt>[^$]*)\$(?<digest>[^$]+)$/i;
/** The salt is text. */
const DJANGO = /^pbkdf2_(?<name>sha1|sha256)\$(?<rounds>[1-9][0-9]{0,9})\$(?<salt>[^$]*)\$(?<digest>[^$]+)$/;

/** Bytes of one block of PBKDF2 (RFC 8018 section 5.2). */
const BLOCK_BYTES: Readonly<Record<Pbkdf2Digest, number>> = { sha1: 20, sha256: 32, sha512: 64 };

/** PBKDF2 with HMAC (RFC 8018) as passlib, as the PHC string and as Django write it. */
export const readPbkdf2: HashReader = (text) => {
  if (/^(?:\$|\{)pbkdf2/i.test(text)) {
    const found = MODULAR.exec(text)?.groups;
    if (found === undefined) {
      return refused(
        'pbkdf2 must be $pbkdf2-sha256$rounds$salt$digest or $pbkdf2-sha256$i=rounds$salt$digest, of sha1, sha256 or sha512',
      );
    }
    const hash = (found.name ?? found.ldapName ?? 'sha1').toLowerCase() as Pbkdf2Digest;
    const bytes = found.phc === undefined ? adaptedBase64Bytes : base64Bytes;
    const digest = bytes(found.digest ?? '');
    if (found.length !== undefined && Number(found.length) !== digest?.length) {
      return refused('pbkdf2 digest must have as many bytes as l says');
    }
    return pbkdf2(hash, Number(found.rounds), bytes(found.salt ?? ''), digest);
  }
  if (text.startsWith('pbkdf2_')) {
    const found = DJANGO.exec(text)?.groups;
    if (found === undefined)
      return refused('pbkdf2 of Django must be pbkdf2_sha256$rounds$salt$digest, of sha1 or sha256');
    const salt = Buffer.from(found.salt ?? '');
    return pbkdf2(found.name as Pbkdf2Digest, Number(found.rounds), salt, base64Bytes(found.digest ?? ''));
  }
  return undefined;
};

/**
 * Only the first block is checked of a digest that has more: blocks do not depend on each other, so that the others cost
 * the one who checks as many times more, and the one who guesses nothing. They stay in the text.
 */
export function pbkdf2(
  hash: Pbkdf2Digest,
  rounds: number,
  salt: Buffer | undefined,
  digest: Buffer | undefined,
): ReadHash {
  if (salt === undefined || digest === undefined) return refused('pbkdf2 salt and digest must be base64');
  const { saltBytes, digestBytes } = foreignHashBounds;
  const refusal = firstRefusal([
    outside('pbkdf2 salt bytes', salt.length, 0, saltBytes),
    outside('pbkdf2 digest bytes', digest.length, digestBytes.least, digestBytes.mostOfPbkdf2),
    outside(`pbkdf2-${hash} rounds`, rounds, 1, foreignHashBounds.pbkdf2[hash]),
  ]);
  if (refusal !== undefined) return refusal;
  return {
    ok: true,
    format: 'pbkdf2',
    text: `$pbkdf2-${hash}$i=${rounds}$${unpadded(salt)}$${unpadded(digest)}`,
    check: { kind: 'pbkdf2', hash, rounds, salt, digest: digest.subarray(0, BLOCK_BYTES[hash]) },
  };
}
