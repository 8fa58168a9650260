import { base64Bytes } from './base64-bytes.js';
import { type DigestName, type HashReader, outside, refused } from './foreign-hash.js';
import { foreignHashBounds } from './foreign-hash-bounds.js';

const SCHEMES: Readonly<Record<string, { readonly hash: DigestName; readonly digestBytes: number }>> = {
  '{SSHA}': { hash: 'sha1', digestBytes: 20 },
  '{SSHA256}': { hash: 'sha256', digestBytes: 32 },
  '{SSHA512}': { hash: 'sha512', digestBytes: 64 },
};

/** Salted SHA of LDAP servers: Base64 of digest and salt, digest over password and salt; RFC 2307's scheme names. */
export const readSaltedSha: HashReader = (text) => {
  const scheme = /^\{ssha[^}]{0,8}\}/i.exec(text)?.[0];
  if (scheme === undefined) return undefined;
  const found = SCHEMES[scheme.toUpperCase()];
  if (found === undefined) return refused('salted sha must be {SSHA}, {SSHA256} or {SSHA512}');
  const bytes = base64Bytes(text.slice(scheme.length));
  if (bytes === undefined) return refused('salted sha must be base64 after its scheme');
  const refusal = outside('salted sha salt bytes', bytes.length - found.digestBytes, 1, foreignHashBounds.saltBytes);
  if (refusal !== undefined) return refusal;
  return {
    ok: true,
    format: 'ssha',
    text: `${scheme.toUpperCase()}${bytes.toString('base64')}`,
    check: {
      kind: 'salted',
      hash: found.hash,
      digest: bytes.subarray(0, found.digestBytes),
      salt: bytes.subarray(found.digestBytes),
    },
  };
};
