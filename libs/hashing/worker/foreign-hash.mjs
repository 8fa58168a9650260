/** Checks of password hashes of other systems, already read and bounded by src/foreign. */
import { createHash, pbkdf2Sync, scryptSync, timingSafeEqual } from 'node:crypto';
import { verifySync as verifyArgon2 } from '@node-rs/argon2';
import { verifySync as verifyBcrypt } from '@node-rs/bcrypt';
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
  bcrypt: (password, { text }) => verifyBcrypt(password, text),

  scrypt(password, { cost, blockSize, parallelism, salt, digest }) {
    // what OpenSSL counts: B, V and X of RFC 7914
    const maxmem = 128 * blockSize * (cost + parallelism + 2) + 1024;
    const options = { N: cost, r: blockSize, p: parallelism, maxmem };
    return timingSafeEqual(scryptSync(password, salt, digest.length, options), digest);
  },

  pbkdf2: (password, { hash, rounds, salt, digest }) =>
    timingSafeEqual(pbkdf2Sync(password, salt, rounds, digest.length, hash), digest),

  salted: (password, { hash, salt, digest }) =>
    timingSafeEqual(createHash(hash).update(password).update(salt).digest(), digest),

  'sha-crypt'(password, { hash, rounds, salt, digest }) {
    const made = shaCrypt(hash, password, salt, rounds);
    return made !== undefined && timingSafeEqual(Buffer.from(made), Buffer.from(digest));
  },
};
