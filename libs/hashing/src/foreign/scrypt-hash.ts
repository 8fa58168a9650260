import { base64Bytes, cryptBytes, cryptNumber, hexBytes, unpadded } from './base64-bytes.js';
import { firstRefusal, type HashReader, outside, type ReadHash, type Refused, refused } from './foreign-hash.js';
import { foreignHashBounds } from './foreign-hash-bounds.js';

/** Ory writes N where a PHC string has its logarithm. */
const PHC =
  /^\$scrypt\$ln=(?<ln>[1-9][0-9]{0,9}),r=(?<r>[1-9][0-9]{0,9}),p=(?<p>[1-9][0-9]{0,9})\$(?<salt>[^$]*)\$(?<digest>[^$]+)$/;
const LARGEST_LN = 30;
/** `scrypt`, N, salt as text, r, p, digest. */
const DJANGO =
  /^scrypt\$(?<n>[1-9][0-9]{0,9})\$(?<salt>[^$]*)\$(?<r>[1-9][0-9]{0,9})\$(?<p>[1-9][0-9]{0,9})\$(?<digest>[^$]+)$/;
/** `scrypt`, N, r, p, salt as text, digest in hex. */
const WERKZEUG =
  /^scrypt:(?<n>[1-9][0-9]{0,9}):(?<r>[1-9][0-9]{0,9}):(?<p>[1-9][0-9]{0,9})\$(?<salt>[^$]*)\$(?<digest>[0-9a-f]+)$/i;
/** A number in hex holds ln, r and p; Spring Security leaves out the `$s0`. */
const JAVA = /^(?:\$s0)?\$(?<numbers>[0-9a-f]{5,8})\$(?<salt>[A-Za-z0-9+/=]+)\$(?<digest>[A-Za-z0-9+/=]+)$/;
/** crypt(3): a character for ln, five each for r and p, the salt as text. */
const CRYPT =
  /^\$7\$(?<ln>[./0-9A-Za-z])(?<r>[./0-9A-Za-z]{5})(?<p>[./0-9A-Za-z]{5})(?<salt>[./0-9A-Za-z]{0,86})\$(?<digest>[./0-9A-Za-z]{43})$/;

/** scrypt (RFC 7914) as a PHC string, which is passlib's too, and as Django, Werkzeug, Java and crypt(3) write it. */
export const readScrypt: HashReader = (text) => {
  if (text.startsWith('$scrypt$')) {
    const found = PHC.exec(text)?.groups;
    if (found === undefined) return refused('scrypt must be $scrypt$ln=..,r=..,p=..$salt$digest');
    const ln = Number(found.ln) > LARGEST_LN ? logarithm(found.ln) : Number(found.ln);
    return typeof ln === 'number'
      ? scrypt(ln, found, base64Bytes(found.salt ?? ''), base64Bytes(found.digest ?? ''))
      : ln;
  }
  if (/^scrypt[$:]/.test(text)) {
    const [django, werkzeug] = [DJANGO.exec(text)?.groups, WERKZEUG.exec(text)?.groups];
    const found = django ?? werkzeug;
    if (found === undefined) return refused('scrypt must be scrypt$N$salt$r$p$digest or scrypt:N:r:p$salt$digest');
    const ln = logarithm(found.n);
    if (typeof ln !== 'number') return ln;
    const digest = (django === undefined ? hexBytes : base64Bytes)(found.digest ?? '');
    return scrypt(ln, found, Buffer.from(found.salt ?? ''), digest);
  }
  return text.startsWith('$7$') ? readCrypt(text) : readJava(text);
};

const readCrypt: HashReader = (text) => {
  const found = CRYPT.exec(text)?.groups;
  const digest = cryptBytes(found?.digest ?? '');
  if (found === undefined || digest === undefined)
    return refused('scrypt of crypt(3) must be $7$, 11 characters of cost, salt, $, and 43 characters');
  const { ln = '', r = '', p = '', salt = '' } = found;
  return scrypt(cryptNumber(ln), { r: cryptNumber(r), p: cryptNumber(p) }, Buffer.from(salt), digest);
};

const readJava: HashReader = (text) => {
  const found = JAVA.exec(text)?.groups;
  if (found === undefined)
    return text.startsWith('$s0$') ? refused('scrypt of Java must be $s0$params$salt$digest') : undefined;
  const numbers = Number.parseInt(found.numbers ?? '', 16);
  const sizes = { r: (numbers >>> 8) & 255, p: numbers & 255 };
  return scrypt(numbers >>> 16, sizes, base64Bytes(found.salt ?? ''), base64Bytes(found.digest ?? ''));
};

function logarithm(n: string | undefined): number | Refused {
  const ln = Math.log2(Number(n));
  return Number.isInteger(ln) ? ln : refused(`scrypt N must be a power of two, found ${n}`);
}

type Sizes = { readonly r?: string | number; readonly p?: string | number };

function scrypt(ln: number, sizes: Sizes, salt: Buffer | undefined, digest: Buffer | undefined): ReadHash {
  const [r, p] = [Number(sizes.r), Number(sizes.p)];
  if (salt === undefined || digest === undefined) return refused('scrypt salt and digest must be base64');
  const { least, most } = foreignHashBounds.digestBytes;
  const refusal = firstRefusal([
    scryptOutside(ln, r, p, salt),
    outside('scrypt digest bytes', digest.length, least, most),
  ]);
  if (refusal !== undefined) return refusal;
  return {
    ok: true,
    format: 'scrypt',
    text: `$scrypt$ln=${ln},r=${r},p=${p}$${unpadded(salt)}$${unpadded(digest)}`,
    check: { kind: 'scrypt', cost: 2 ** ln, blockSize: r, parallelism: p, salt, digest },
  };
}

function scryptOutside(ln: number, r: number, p: number, salt: Buffer): Refused | undefined {
  const most = foreignHashBounds.scrypt;
  return firstRefusal([
    outside('scrypt r', r, 1, most.blockSize),
    outside('scrypt p', p, 1, most.parallelism),
    // RFC 7914 section 2: N is more than 1 and less than 2^(128 r / 8)
    outside('scrypt ln', ln, 1, Math.min(LARGEST_LN, 16 * r - 1)),
    outside('scrypt memory in bytes (128 r N)', 128 * r * 2 ** ln, 1, most.memoryBytes),
    outside('scrypt work (N r p)', 2 ** ln * r * p, 1, most.work),
    outside('scrypt salt bytes', salt.length, 0, foreignHashBounds.saltBytes),
  ]);
}

const FIREBASE =
  /^\$firescrypt\$ln=(?<ln>[1-9][0-9]?),r=(?<r>[1-9][0-9]{0,9}),p=(?<p>[1-9][0-9]{0,9})\$(?<salt>[^$]*)\$(?<digest>[^$]+)\$(?<separator>[^$]*)\$(?<signerKey>[^$]+)$/;

/**
 * Firebase Authentication: its project's signer key, encrypted by AES-256 in counter mode under what scrypt makes of the
 * password, with the project's separator behind the salt. Firebase writes digest and salt only; the text is Ory's, with
 * mem_cost as ln, rounds as r, and the secret signer key, so that a hash can be checked by itself.
 */
export const readFirebase: HashReader = (text) => {
  if (!text.startsWith('$firescrypt$')) return undefined;
  const found = FIREBASE.exec(text)?.groups;
  const [salt, digest, separator, signerKey] = [found?.salt, found?.digest, found?.separator, found?.signerKey].map(
    // the Admin SDK has Base64 for URLs, the command line does not
    (part = '*') => base64Bytes(part.replaceAll('-', '+').replaceAll('_', '/')),
  );
  if (salt === undefined || digest === undefined || separator === undefined || signerKey === undefined)
    return refused('scrypt of Firebase must be $firescrypt$ln=..,r=..,p=1$salt$digest$separator$signer key, in base64');
  const [ln, r, p] = [Number(found?.ln), Number(found?.r), Number(found?.p)];
  const whole = Buffer.concat([salt, separator]);
  const { least, most } = foreignHashBounds.signerKeyBytes;
  const refusal = firstRefusal([
    scryptOutside(ln, r, p, whole),
    outside('bytes of the signer key', signerKey.length, least, most),
    digest.length === signerKey.length
      ? undefined
      : refused('the digest of Firebase must be as long as the signer key'),
  ]);
  if (refusal !== undefined) return refusal;
  const texts = [salt, digest, separator, signerKey].map((bytes) => bytes.toString('base64'));
  return {
    ok: true,
    format: 'scrypt-firebase',
    text: `$firescrypt$ln=${ln},r=${r},p=${p}$${texts.join('$')}`,
    check: { kind: 'scrypt', cost: 2 ** ln, blockSize: r, parallelism: p, salt: whole, digest, signerKey },
  };
};
