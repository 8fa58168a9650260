/** Checks of password hashes of other systems, already read and bounded by src/foreign. */
import {
  createCipheriv,
  createHash,
  createHmac,
  hash as digestOf,
  pbkdf2Sync,
  scryptSync,
  timingSafeEqual,
} from 'node:crypto';
import { verifySync as verifyArgon2 } from '@node-rs/argon2';
import { verifySync as verifyBcrypt } from '@node-rs/bcrypt';
import { md5Crypt } from './md5-crypt.mjs';
import { phpass } from './phpass.mjs';
import { shaCrypt } from './sha-crypt.mjs';

/** Answers whether the password, as UTF-8, is the one of the hash. */
export function fitsForeign(password, hash) {
  return checks[hash.kind](password, hash);
}

const checks = {
  argon2: (password, { text }) => verifyArgon2(text, password),

  /**
   * bcrypt reads 72 bytes and ignores the rest, and so does this check. The other system let the same passwords in, and
   * the owner of a longer one typed all of it there: to refuse would lock out the rightful owner, while the 72 bytes are
   * more than anyone guesses. The hash of ours that replaces this one at the first sign-in is of every byte.
   */
  bcrypt: (password, { text, over }) => verifyBcrypt(prepared(password, over), text),

  scrypt(password, { cost, blockSize, parallelism, salt, digest, signerKey }) {
    // what OpenSSL counts: B, V and X of RFC 7914
    const maxmem = 128 * blockSize * (cost + parallelism + 2) + 1024;
    const options = { N: cost, r: blockSize, p: parallelism, maxmem };
    if (signerKey === undefined) return timingSafeEqual(scryptSync(password, salt, digest.length, options), digest);
    const key = scryptSync(password, salt, 32, options);
    return timingSafeEqual(createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(signerKey), digest);
  },

  pbkdf2: (password, { hash, rounds, salt, digest }) =>
    timingSafeEqual(pbkdf2Sync(password, salt, rounds, digest.length, hash), digest),

  digest: (password, { hash, before, behind, digest }) =>
    timingSafeEqual(createHash(hash).update(before).update(password).update(behind).digest(), digest),

  hmac: (password, { hash, key, digest }) => timingSafeEqual(createHmac(hash, key).update(password).digest(), digest),

  /** WordPress leaves out blanks around a password, other systems with the same hashes do not: so both are tried. */
  phpass(password, { hash, rounds, salt, digest, isOverMd5 }) {
    const texts = hash === 'md5' ? [...new Set([password, trimmed(password)])] : [password];
    return texts.some((text) => {
      const key = isOverMd5 ? digestOf('md5', text) : text;
      return areSame(phpass(hash, key, salt, rounds)?.slice(0, digest.length), digest);
    });
  },

  'md5-crypt': (password, { magic, salt, digest }) => areSame(md5Crypt(magic, password, salt), digest),

  'sha-crypt': (password, { hash, rounds, salt, digest }) => areSame(shaCrypt(hash, password, salt, rounds), digest),
};

/** Texts of one length; undefined is no text of any digest. */
function areSame(made, digest) {
  return made !== undefined && timingSafeEqual(Buffer.from(made), Buffer.from(digest));
}

/** What is hashed in place of the password. */
function prepared(password, over) {
  if (over === undefined) return password;
  if (over.kind === 'pepper') return password + over.pepper;
  const digest = over.key === undefined ? createHash(over.hash) : createHmac(over.hash, over.key);
  return digest.update(over.isTrimmed ? trimmed(password) : password).digest(over.encoding);
}

/** As PHP's trim; U+0000 is in no password. Blanks alone stay as they are: an empty password is never right. */
function trimmed(password) {
  return password.replace(/^[ \t\n\r\v]+|[ \t\n\r\v]+$/g, '') || password;
}
