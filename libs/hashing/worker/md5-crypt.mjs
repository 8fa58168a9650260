/** md5crypt of FreeBSD (Poul-Henning Kamp, 1994) and its variant of Apache, which differ in the text that is mixed in. */
import { hash } from 'node:crypto';
import { characters, isBeyond, stretched } from './crypt-text.mjs';

const ROUNDS = 1_000;

/**
 * @param {'$1$' | '$apr1$'} magic
 * @param {string} password
 * @param {string} saltText at most 8 characters of ASCII
 * @returns {string | undefined} the digest as it stands behind the last `$`; undefined for a password that is too long
 */
export function md5Crypt(magic, password, saltText) {
  const key = Buffer.from(password);
  const salt = Buffer.from(saltText);
  if (isBeyond(key, ROUNDS, Number.POSITIVE_INFINITY)) return undefined;
  const inner = md5(key, salt, key);
  // from the lowest bit of the length to its highest, a zero for 1 and the first byte of the password for 0
  const bits = [];
  for (let rest = key.length; rest > 0; rest >>= 1) bits.push(rest & 1 ? 0 : key[0]);
  let digest = md5(key, Buffer.from(magic), salt, stretched(inner, key.length), Buffer.from(bits));
  for (let round = 0; round < ROUNDS; round += 1) {
    const isOdd = round % 2 === 1;
    const between = [...(round % 3 ? [salt] : []), ...(round % 7 ? [key] : [])];
    digest = md5(isOdd ? key : digest, ...between, isOdd ? digest : key);
  }
  return encoded(digest);
}

function md5(...pieces) {
  return hash('md5', Buffer.concat(pieces), 'buffer');
}

/** Bytes six apart stand together. */
function encoded(digest) {
  const groups = [0, 1, 2, 3, 4].map((at) => [digest[at], digest[at + 6], digest[at === 4 ? 5 : at + 12]]);
  return groups.map((group) => characters(group, 4)).join('') + characters([0, 0, digest[11]], 2);
}
