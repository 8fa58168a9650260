import { type HashReader, outside, refused } from './foreign-hash.js';
import { foreignHashBounds } from './foreign-hash-bounds.js';

/** The last character of a digest holds 4 (sha256) or 2 (sha512) bits. */
const SHA_CRYPT =
  /^\$(?:5|6)\$(?:rounds=(?<rounds>[1-9][0-9]{0,9})\$)?(?<salt>[!-#%-9;-~]{0,16})\$(?<digest>[./0-9A-Za-z]{42}[./0-9A-D]|[./0-9A-Za-z]{85}[./01])$/;
const ROUNDS_IF_UNSAID = 5_000;

/**
 * sha512crypt and sha256crypt of Linux systems (Ulrich Drepper, Unix crypt using SHA-256 and SHA-512, version 0.6).
 * The salt is what stands there: printable ASCII without `$` and `:`, which end a field.
 */
export const readShaCrypt: HashReader = (text) => {
  if (!text.startsWith('$6$') && !text.startsWith('$5$')) return undefined;
  const is512 = text.startsWith('$6$');
  const format = is512 ? 'sha512crypt' : 'sha256crypt';
  const found = SHA_CRYPT.exec(text)?.groups;
  const digest = found?.digest ?? '';
  if (digest.length !== (is512 ? 86 : 43)) {
    return refused(
      `${format} must be $${is512 ? 6 : 5}$, rounds=..$ or nothing, at most 16 of salt, $, and its digest`,
    );
  }
  const rounds = Number(found?.rounds ?? ROUNDS_IF_UNSAID);
  const { leastRounds, mostRounds } = foreignHashBounds.shaCrypt;
  const refusal = outside(`${format} rounds`, rounds, leastRounds, mostRounds);
  if (refusal !== undefined) return refusal;
  const salt = found?.salt ?? '';
  const canonical = `$${is512 ? 6 : 5}$${rounds === ROUNDS_IF_UNSAID ? '' : `rounds=${rounds}$`}${salt}$${digest}`;
  const hash = is512 ? 'sha512' : 'sha256';
  return { ok: true, format, text: canonical, check: { kind: 'sha-crypt', hash, rounds, salt, digest } };
};

/** The last of 22 characters holds two bits; the salt is what stands there, as in {@link readShaCrypt}. */
const MD5_CRYPT = /^(?<magic>\$1\$|\$apr1\$)(?<salt>[!-#%-9;-~]{0,8})\$(?<digest>[./0-9A-Za-z]{21}[./01])$/;

/** md5crypt of older Unix systems (Poul-Henning Kamp), and Apache's `$apr1$`: 1 000 rounds of MD5. */
export const readMd5Crypt: HashReader = (text) => {
  if (!/^\$(?:1|apr1)\$/.test(text)) return undefined;
  const { magic, salt = '', digest = '' } = MD5_CRYPT.exec(text)?.groups ?? {};
  if (magic !== '$1$' && magic !== '$apr1$')
    return refused('md5crypt must be $1$ or $apr1$, at most 8 of salt, $, and 22 characters');
  const format = magic === '$1$' ? 'md5crypt' : 'apr1';
  return { ok: true, format, text, check: { kind: 'md5-crypt', magic, salt, digest } };
};
