import { cryptNumber } from './base64-bytes.js';
import { type HashReader, outside, refused } from './foreign-hash.js';
import { foreignHashBounds } from './foreign-hash-bounds.js';

/** The last of 22 characters holds two bits. */
const PHPASS =
  /^(?<over>U?)\$(?:[PH]\$(?<cost>[./0-9A-Za-z])(?<salt>[./0-9A-Za-z]{8})(?<digest>[./0-9A-Za-z]{21}[./01])|S\$(?<cost512>[./0-9A-Za-z])(?<salt512>[./0-9A-Za-z]{8})(?<digest512>[./0-9A-Za-z]{43}))$/;

/**
 * Portable hashes of phpass (Openwall), which WordPress ($P$) and phpBB ($H$) use, and Drupal with SHA-512 ($S$), of whose
 * digest the first 258 bits are kept. `U` in front is Drupal's: over the MD5 of the password that it had before.
 */
export const readPhpass: HashReader = (text) => {
  if (!/^U?\$[PHS]\$/.test(text)) return undefined;
  const found = PHPASS.exec(text)?.groups;
  if (found === undefined)
    return refused('phpass must be $P$, $H$ or $S$, a character of cost, 8 of salt, and its digest');
  const isMd5 = found.cost !== undefined;
  const cost = cryptNumber(found.cost ?? found.cost512 ?? '');
  const { leastCost, mostCost } = foreignHashBounds.phpass;
  const refusal = outside('phpass cost', cost, leastCost, mostCost);
  if (refusal !== undefined) return refusal;
  return {
    ok: true,
    format: isMd5 ? 'phpass' : 'phpass-sha512',
    text,
    check: {
      kind: 'phpass',
      hash: isMd5 ? 'md5' : 'sha512',
      rounds: 2 ** cost,
      salt: found.salt ?? found.salt512 ?? '',
      digest: found.digest ?? found.digest512 ?? '',
      isOverMd5: found.over === 'U',
    },
  };
};
