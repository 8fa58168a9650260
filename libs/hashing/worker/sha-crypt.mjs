/** sha256crypt and sha512crypt: Ulrich Drepper, Unix crypt using SHA-256 and SHA-512, version 0.6; steps by its numbers. */
import { hash } from 'node:crypto';
import { characters, isBeyond, stretched } from './crypt-text.mjs';

/** As libxcrypt, which reads no longer passphrase: no system that writes these hashes took one. */
const LONGEST_PASSWORD_BYTES = 511;

/**
 * @param {'sha256' | 'sha512'} name
 * @param {string} password
 * @param {string} saltText at most 16 characters of ASCII
 * @param {number} rounds from 1 000
 * @returns {string | undefined} the digest as it stands behind the last `$`; undefined for a password that is too long
 */
export function shaCrypt(name, password, saltText, rounds) {
  const key = Buffer.from(password);
  const salt = Buffer.from(saltText);
  if (isBeyond(key, rounds, LONGEST_PASSWORD_BYTES)) return undefined;

  const b = hash(name, Buffer.concat([key, salt, key]), 'buffer'); // 4 to 8
  const a = hash(name, Buffer.concat([key, salt, stretched(b, key.length), ...bitsOf(key.length, b, key)]), 'buffer'); // 1 to 3, 9 to 12
  const p = stretched(hash(name, Buffer.concat(Array(key.length).fill(key)), 'buffer'), key.length); // 13 to 16
  const s = stretched(hash(name, Buffer.concat(Array(16 + a[0]).fill(salt)), 'buffer'), salt.length); // 17 to 20

  return encoded(name, inRounds(name, rounds, a, p, s));
}

/** 11: from the lowest bit of the length to its highest, the digest for 1 and the password for 0. */
function bitsOf(length, digest, key) {
  const pieces = [];
  for (let rest = length; rest > 0; rest >>= 1) pieces.push(rest & 1 ? digest : key);
  return pieces;
}

/** 21: what a round reads depends on its number by 2, 3 and 7, so on eight layouts, in which only the digest changes. */
function inRounds(name, rounds, first, p, s) {
  const none = Buffer.alloc(0);
  const layouts = Array.from({ length: 8 }, (_, at) => {
    const [odd, threes, sevens] = [at & 1, at & 2, at & 4];
    const before = [...(odd ? [p] : []), ...(threes ? [s] : []), ...(sevens ? [p] : [])];
    const input = odd ? [none, ...before, first] : [first, ...before, p];
    return { input: Buffer.concat(input), at: odd ? before.reduce((sum, { length }) => sum + length, 0) : 0 };
  });
  let digest = first;
  for (let round = 0; round < rounds; round += 1) {
    const { input, at } = layouts[(round % 2 ? 1 : 0) | (round % 3 ? 2 : 0) | (round % 7 ? 4 : 0)];
    digest.copy(input, at);
    digest = hash(name, input, 'buffer');
  }
  return digest;
}

/** 22: the bytes are taken in thirds that change places each time. */
function encoded(name, digest) {
  const third = Math.floor(digest.length / 3);
  let places = [0, third, 2 * third];
  let text = '';
  for (let group = 0; group < third; group += 1) {
    text += characters(
      places.map((at) => digest[at]),
      4,
    );
    const [x, y, z] = places.map((at) => at + 1);
    places = name === 'sha512' ? [y, z, x] : [z, x, y];
  }
  return text + (name === 'sha512' ? characters([0, 0, digest[63]], 2) : characters([0, digest[31], digest[30]], 3));
}
