import { base64Bytes, unpadded } from './base64-bytes.js';
import { firstRefusal, type HashReader, outside, type ReadHash, refused } from './foreign-hash.js';
import { foreignHashBounds } from './foreign-hash-bounds.js';

const PHC =
  /^\$scrypt\$ln=(?<ln>[1-9][0-9]?),r=(?<r>[1-9][0-9]{0,9}),p=(?<p>[1-9][0-9]{0,9})\$(?<salt>[^$]*)\$(?<digest>[^$]+)$/;
/** `scrypt`, N, salt as text, r, p, digest. */
const DJANGO =
  /^scrypt\$(?<n>[1-9][0-9]{0,9})\$(?<salt>[^$]*)\$(?<r>[1-9][0-9]{0,9})\$(?<p>[1-9][0-9]{0,9})\$(?<digest>[^$]+)$/;

/** scrypt (RFC 7914) as a PHC string, which is passlib's too, and as Django writes it. */
export const readScrypt: HashReader = (text) => {
  if (text.startsWith('$scrypt$')) {
    const found = PHC.exec(text)?.groups;
    if (found === undefined) return refused('scrypt must be $scrypt$ln=..,r=..,p=..$salt$digest');
    return scrypt(Number(found.ln), Number(found.r), Number(found.p), base64Bytes(found.salt ?? ''), found.digest);
  }
  if (text.startsWith('scrypt$')) {
    const found = DJANGO.exec(text)?.groups;
    if (found === undefined) return refused('scrypt of Django must be scrypt$N$salt$r$p$digest');
    const ln = Math.log2(Number(found.n));
    if (!Number.isInteger(ln)) return refused(`scrypt N must be a power of two, found ${found.n}`);
    return scrypt(ln, Number(found.r), Number(found.p), Buffer.from(found.salt ?? ''), found.digest);
  }
  return undefined;
};

function scrypt(ln: number, r: number, p: number, salt: Buffer | undefined, digestText = ''): ReadHash {
  const digest = base64Bytes(digestText);
  if (salt === undefined || digest === undefined) return refused('scrypt salt and digest must be base64');
  const most = foreignHashBounds.scrypt;
  const refusal = firstRefusal([
    outside('scrypt r', r, 1, most.blockSize),
    outside('scrypt p', p, 1, most.parallelism),
    // RFC 7914 section 2: N is more than 1 and less than 2^(128 r / 8)
    outside('scrypt ln', ln, 1, Math.min(30, 16 * r - 1)),
    outside('scrypt memory in bytes (128 r N)', 128 * r * 2 ** ln, 1, most.memoryBytes),
    outside('scrypt work (N r p)', 2 ** ln * r * p, 1, most.work),
    outside('scrypt salt bytes', salt.length, 0, foreignHashBounds.saltBytes),
    outside(
      'scrypt digest bytes',
      digest.length,
      foreignHashBounds.digestBytes.least,
      foreignHashBounds.digestBytes.most,
    ),
  ]);
  if (refusal !== undefined) return refusal;
  return {
    ok: true,
    format: 'scrypt',
    text: `$scrypt$ln=${ln},r=${r},p=${p}$${unpadded(salt)}$${unpadded(digest)}`,
    check: { kind: 'scrypt', cost: 2 ** ln, blockSize: r, parallelism: p, salt, digest },
  };
}
