import { type HashReader, outside, refused } from './foreign-hash.js';
import { foreignHashBounds } from './foreign-hash-bounds.js';

const BCRYPT =
  /^\$(?<version>2[aby])\$(?<cost>[0-9]{2})\$(?<salt>[./A-Za-z0-9]{21})(?<saltEnd>[./A-Za-z0-9])(?<digest>[./A-Za-z0-9]{30})(?<digestEnd>[./A-Za-z0-9])$/;
const ALPHABET = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/**
 * bcrypt (Provos and Mazieres 1999) as OpenBSD ($2b$), PHP ($2y$) and most others ($2a$) write it; the three letters are
 * one function.
 *
 * Sixteen bytes of salt end within its 22nd character, 23 of digest within the 31st. Some old writers left bits there
 * that mean nothing (passlib calls them padding bits): they are cleared, since the check demands it.
 */
export const readBcrypt: HashReader = (text) => {
  if (/^\$2[^$]?\$/.exec(text) === null) return undefined;
  if (/^\$2(x|)\$/.test(text)) return refused('bcrypt of the faulty versions $2$ and $2x$ is not supported');
  const found = BCRYPT.exec(text)?.groups;
  if (found === undefined) return refused('bcrypt must be $2b$, two digits of cost, $, and 53 characters');
  const { leastCost, mostCost } = foreignHashBounds.bcrypt;
  const refusal = outside('bcrypt cost', Number(found.cost), leastCost, mostCost);
  if (refusal !== undefined) return refusal;
  const salt = `${found.salt}${withoutLowBits(found.saltEnd, 4)}`;
  const canonical = `$${found.version}$${found.cost}$${salt}${found.digest}${withoutLowBits(found.digestEnd, 2)}`;
  return { ok: true, format: 'bcrypt', text: canonical, check: { kind: 'bcrypt', text: canonical } };
};

function withoutLowBits(character: string | undefined, bits: number): string {
  const value = ALPHABET.indexOf(character ?? '');
  return ALPHABET.charAt((value >> bits) << bits);
}
