import { longestPasswordHash } from '@countersign/contracts';
import { readArgon2 } from './argon2-hash.js';
import { readBcrypt } from './bcrypt-hash.js';
import { type ForeignHashFormat, type HashReader, type ReadHash, type Refused, refused } from './foreign-hash.js';
import { readPbkdf2 } from './pbkdf2-hash.js';
import { readSaltedSha } from './salted-sha-hash.js';
import { readScrypt } from './scrypt-hash.js';
import { readShaCrypt } from './sha-crypt-hash.js';

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
  const bare = text.replace(WRAPPER, '');
  for (const read of READERS) {
    const found = read(bare);
    if (found !== undefined) return found;
  }
  const [, name] = UNSUPPORTED.find(([pattern]) => pattern.test(bare)) ?? [];
  return refused(name === undefined ? UNKNOWN : `${name} is not supported`);
}

const READERS: readonly HashReader[] = [readArgon2, readBcrypt, readScrypt, readPbkdf2, readSaltedSha, readShaCrypt];

/** What LDAP servers, Dovecot, Spring and Django put before a hash that already says what it is. */
const WRAPPER =
  /^(?:\{(?:crypt|blf-crypt|sha256-crypt|sha512-crypt|bcrypt|argon2(?:id|i)?)\}(?=\$)|bcrypt\$(?=\$2)|argon2(?=\$argon2))/i;

const UNKNOWN =
  'the password hash is of no supported format (argon2, bcrypt, scrypt, pbkdf2, {SSHA}, sha512crypt, sha256crypt)';

/** Formats that are met and not read: named, so that the operator does not look for a fault in the text. */
const UNSUPPORTED: readonly (readonly [RegExp, string])[] = [
  [/^\$1\$|^md5\$|^\{s?md5\}/i, 'md5'],
  [/^\$apr1\$/, 'apr1'],
  [/^\$[PH]\$/, 'phpass'],
  [/^\$(?:y|gy|7)\$/, 'yescrypt'],
  [/^\$3\$|^\$nt\$/i, 'nt hash'],
  [/^\{sha[0-9]{0,3}\}|^sha1\$/i, 'sha without iterations'],
  [/^bcrypt_sha256\$|^\$bcrypt-sha256\$/, 'bcrypt over sha-256'],
  [/^(?:pbkdf2|scrypt):/, 'the format of werkzeug'],
  [/^\{(?:clear|cleartext|plain|noop)\}/i, 'a password in clear'],
];
