import { base64Bytes, hexBytes } from './base64-bytes.js';
import { type HashReader, type Pbkdf2Digest, type ReadHash, type Refused, refused } from './foreign-hash.js';
import { pbkdf2 } from './pbkdf2-hash.js';

/** PBKDF2 as frameworks and directories write it in ways of their own. It is kept as a PHC string. */
export const readPbkdf2Writing: HashReader = (text) =>
  readAspNet(text) ?? readSpring(text) ?? readWerkzeug(text) ?? readDovecot(text) ?? read389(text);

/** A number says the function; the numbers are those of ASP.NET's KeyDerivationPrf. */
const ASP_NET_FUNCTIONS: readonly Pbkdf2Digest[] = ['sha1', 'sha256', 'sha512'];

/**
 * ASP.NET Identity: Base64 of a version byte and what follows it, without a prefix. Version 2 (byte 0) has a salt of 16
 * bytes and a digest of 32. Version 3 (byte 1) has function, rounds and length of the salt as numbers of 32 bits, then
 * salt and digest.
 */
const readAspNet: HashReader = (text) => {
  if (!/^A[A-Q][A-Za-z0-9+/]{60,}={0,2}$/.test(text)) return undefined;
  const bytes = base64Bytes(text);
  if (bytes === undefined) return undefined;
  if (bytes[0] === 0 && bytes.length === 49) return pbkdf2('sha1', 1_000, bytes.subarray(1, 17), bytes.subarray(17));
  if (bytes[0] !== 1) return undefined;
  const saltEnd = 13 + bytes.readUInt32BE(9);
  const hash = ASP_NET_FUNCTIONS[bytes.readUInt32BE(1)];
  if (hash === undefined || saltEnd > bytes.length)
    return refused('a password hash of ASP.NET Identity must be of version 2, or of version 3 with a known function');
  return pbkdf2(hash, bytes.readUInt32BE(5), bytes.subarray(13, saltEnd), bytes.subarray(saltEnd));
};

const SPRING = /^\{pbkdf2(?<version>@springsecurity_v5_8)?\}(?<hex>(?:[0-9a-f]{2}){40,80})$/i;

/** Spring Security's Pbkdf2PasswordEncoder without a secret: salt and digest in hex, the rest by the version of its id. */
const readSpring: HashReader = (text) => {
  if (/^\{pbkdf2@/i.test(text) && !SPRING.test(text))
    return refused('pbkdf2 of Spring Security must be salt and digest in hex, of the sizes that its id says');
  const found = SPRING.exec(text)?.groups;
  if (found === undefined) return undefined;
  const bytes = Buffer.from(found.hex ?? '', 'hex');
  return found.version === undefined
    ? pbkdf2('sha1', 185_000, bytes.subarray(0, 8), bytes.subarray(8))
    : pbkdf2('sha256', 310_000, bytes.subarray(0, 16), bytes.subarray(16));
};

const WERKZEUG =
  /^pbkdf2:(?<name>sha1|sha256|sha512):(?<rounds>[1-9][0-9]{0,9})\$(?<salt>[^$]*)\$(?<digest>[0-9a-f]+)$/i;

/** Werkzeug, which Flask uses: the salt is text, the digest in hex. */
const readWerkzeug: HashReader = (text) => {
  if (!text.startsWith('pbkdf2:')) return undefined;
  const found = WERKZEUG.exec(text)?.groups;
  if (found === undefined) return refused('pbkdf2 of Werkzeug must be pbkdf2:sha256:rounds$salt$digest');
  return withTextSalt(found.name?.toLowerCase() as Pbkdf2Digest, found);
};

const DOVECOT = /^\{PBKDF2\}\$1\$(?<salt>[^$]*)\$(?<rounds>[1-9][0-9]{0,9})\$(?<digest>[0-9a-f]+)$/i;

/** Dovecot: SHA-1, the salt is text, the digest in hex. */
const readDovecot: HashReader = (text) => {
  const found = DOVECOT.exec(text)?.groups;
  return found === undefined ? undefined : withTextSalt('sha1', found);
};

function withTextSalt(hash: Pbkdf2Digest, found: Readonly<Record<string, string | undefined>>): ReadHash {
  return pbkdf2(hash, Number(found.rounds), Buffer.from(found.salt ?? ''), hexBytes(found.digest ?? ''));
}

const OF_389 = /^\{PBKDF2_(?<name>SHA1|SHA256|SHA512)\}/i;

/** 389 Directory Server: Base64 of the rounds as a number of 32 bits, 64 bytes of salt, and a digest of several blocks. */
const read389: HashReader = (text) => {
  const found = OF_389.exec(text);
  if (found === null) return undefined;
  const bytes = base64Bytes(text.slice(found[0].length));
  if (bytes === undefined || bytes.length <= 68) return tooShort;
  const hash = found.groups?.name?.toLowerCase() as Pbkdf2Digest;
  return pbkdf2(hash, bytes.readUInt32BE(0), bytes.subarray(4, 68), bytes.subarray(68));
};

const tooShort: Refused = refused('{PBKDF2_SHA256} must be base64 of rounds, 64 bytes of salt, and a digest');
