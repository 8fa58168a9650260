import { type HashReader, refused } from './foreign-hash.js';

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
