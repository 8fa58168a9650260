/** What the hashes of crypt(3) and phpass have in common. */

/** The digits of base 64 as crypt(3) writes them, from 0 to 63. */
export const CRYPT_ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Three bytes are four characters, lowest bits first. */
export function characters([high, middle, low], count) {
  let bits = (high << 16) | (middle << 8) | low;
  let text = '';
  for (let at = 0; at < count; at += 1, bits >>= 6) text += CRYPT_ALPHABET[bits & 63];
  return text;
}

/**
 * Every round reads the password: rounds times its bytes is bounded, so that a longer text does not stretch a check, and
 * known before the work.
 */
export function isBeyond(key, rounds, longest) {
  return key.length > longest || key.length * rounds > MOST_ROUNDS_TIMES_BYTES;
}

const MOST_ROUNDS_TIMES_BYTES = 100_000_000;

/** The bytes again and again, up to so many. */
export function stretched(bytes, length) {
  return Buffer.alloc(length, bytes);
}
