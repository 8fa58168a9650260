/** Portable hashes of phpass (Openwall, public domain), and Drupal's with SHA-512. */
import { hash } from 'node:crypto';
import { characters, isBeyond } from './crypt-text.mjs';

/** No system that writes these took a longer password: phpass 4 096 bytes, Drupal 512. */
const LONGEST_PASSWORD_BYTES = { md5: 4_096, sha512: 512 };

/**
 * @param {'md5' | 'sha512'} name
 * @param {string} password
 * @param {string} salt 8 characters of ASCII
 * @param {number} rounds
 * @returns {string | undefined} the digest as characters; undefined for a password that is too long
 */
export function phpass(name, password, salt, rounds) {
  const key = Buffer.from(password);
  if (isBeyond(key, rounds, LONGEST_PASSWORD_BYTES[name])) return undefined;
  let digest = hash(name, Buffer.concat([Buffer.from(salt), key]), 'buffer');
  const input = Buffer.concat([digest, key]);
  for (let round = 0; round < rounds; round += 1) {
    digest.copy(input);
    digest = hash(name, input, 'buffer');
  }
  return encoded(digest);
}

/** Three bytes are four characters, the first byte lowest. */
function encoded(digest) {
  let text = '';
  for (let at = 0; at < digest.length; at += 3) {
    const [low, middle = 0, high = 0] = digest.subarray(at, at + 3);
    text += characters([high, middle, low], Math.min(digest.length - at, 3) + 1);
  }
  return text;
}
