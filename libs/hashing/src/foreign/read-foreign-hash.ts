import { longestPasswordHash } from '@countersign/contracts';
import { readArgon2 } from './argon2-hash.js';
import { readBcrypt, readBcryptOver } from './bcrypt-hash.js';
import { readMd5Crypt, readShaCrypt } from './crypt-hash.js';
import { readDigest, readHmac } from './digest-hash.js';
import { type ForeignHashFormat, type HashReader, type ReadHash, type Refused, refused } from './foreign-hash.js';
import { readPbkdf2 } from './pbkdf2-hash.js';
import { readPbkdf2Writing } from './pbkdf2-writings.js';
import { readPhpass } from './phpass-hash.js';
import { readFirebase, readScrypt } from './scrypt-hash.js';

/** Canonical text of a supported hash, to be kept and given to `PasswordHasher.verify`; or why it is none. */
export type ForeignHash = { readonly ok: true; readonly text: string; readonly format: ForeignHashFormat } | Refused;

/**
 * Reads a password hash of another system, or one of ours: recognises the format, bounds its cost (foreign-hash-bounds)
 * and writes it in one way. Takes microseconds for any text, and never throws. A reason says what was expected and
 * which number was found, and repeats nothing else of the text: it is shown and logged, and a hash is a secret.
 */
export function readForeignHash(text: string): ForeignHash {
  const read = readHash(text);
  return read.ok ? { ok: true, text: read.text, format: read.format } : read;
}

/** The same, with how a thread checks it. */
export function readHash(text: string): ReadHash {
  if (text.length > longestPasswordHash) {
    return refused(`a password hash has at most ${longestPasswordHash} characters, found ${text.length}`);
  }
  const bare = text.replace(WRAPPER, '').replace(ORY_CRYPT, (_, name: string) => CRYPT_NUMBERS[name] ?? '');
  for (const read of READERS) {
    const found = read(bare);
    if (found !== undefined) return found;
  }
  const [, name] = UNSUPPORTED.find(([pattern]) => pattern.test(bare)) ?? [];
  return refused(name === undefined ? UNKNOWN : `${name} is not supported`);
}

const READERS: readonly HashReader[] = [
  readArgon2,
  readBcrypt,
  readBcryptOver,
  readScrypt,
  readFirebase,
  readPbkdf2Writing,
  readPbkdf2,
  readDigest,
  readHmac,
  readPhpass,
  readShaCrypt,
  readMd5Crypt,
];

/**
 * What LDAP servers, Dovecot, Django and Spring put before a hash that names its format already. Spring names the version of
 * its parameters there, which stand in the hash as well.
 */
const WRAPPER =
  /^(?:\{(?:crypt|blf-crypt|md5(?:-crypt)?|sha256-crypt|sha512-crypt|bcrypt|(?:argon2(?:id|i)?|scrypt)(?:@springsecurity_v5_8)?)\}(?=\$)|\{ldap\}(?=\{)|bcrypt\$(?=\$2)|argon2(?=\$argon2))/i;

/** Ory's names for what crypt(3) numbers. */
const ORY_CRYPT = /^\$(md5|sha256|sha512)-crypt(?=\$)/;
const CRYPT_NUMBERS: Readonly<Record<string, string>> = { md5: '$1', sha256: '$5', sha512: '$6' };

const UNKNOWN =
  'the password hash is of no supported format (argon2, bcrypt, scrypt, pbkdf2, phpass, sha512crypt, sha256crypt, md5crypt, {SSHA} and its kin)';

/** Formats that are met and not read: named, so that the operator does not look for a fault in the text. */
const UNSUPPORTED: readonly (readonly [RegExp, string])[] = [
  [/^\$(?:y|gy)\$/, 'yescrypt'],
  [/^\$3\$|^\$nt\$/i, 'nt hash'],
  [/^\$md5[,$]/, 'sunmd5'],
  [/^(?:_[./0-9A-Za-z]{19}|[./0-9A-Za-z]{13})$/, 'des crypt, which reads eight characters of a password,'],
  [
    /^[0-9a-f]{32}$|^[0-9a-f]{40}$|^[0-9a-f]{64}$|^[0-9a-f]{128}$/i,
    'a digest without its name ({MD5.HEX}, {SHA.HEX}, {SHA256.HEX} or {SHA512.HEX})',
  ],
  [/^\{scram-|^SCRAM-/i, 'scram'],
  [/^\{(?:clear|cleartext|plain|noop)\}/i, 'a password in clear'],
];
