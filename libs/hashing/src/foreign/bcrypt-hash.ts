import { isUtf8 } from 'node:buffer';
import { base64Bytes } from './base64-bytes.js';
import {
  type ForeignHashFormat,
  type HashReader,
  outside,
  type Preparation,
  type Refused,
  refused,
} from './foreign-hash.js';
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
  const bare = canonicalBcrypt(text);
  if (typeof bare !== 'string') return bare;
  return { ok: true, format: 'bcrypt', text: bare, check: { kind: 'bcrypt', text: bare } };
};

/** bcrypt over something in place of the password: the prefix says what. */
export const readBcryptOver: HashReader = (text) => {
  const beginning = OVER.find(({ prefix }) => prefix.test(text));
  if (beginning === undefined) return readPasslib(text);
  const prefix = beginning.prefix.exec(text)?.[0] ?? '';
  const over = beginning.over(prefix);
  if ('ok' in over) return over;
  const bare = canonicalBcrypt(text.slice(prefix.length));
  if (typeof bare !== 'string') return bare;
  return { ok: true, format: beginning.format, text: `${prefix}${bare}`, check: { kind: 'bcrypt', text: bare, over } };
};

interface Beginning {
  readonly prefix: RegExp;
  readonly format: ForeignHashFormat;
  readonly over: (prefix: string) => Preparation | Refused;
}

const OVER: readonly Beginning[] = [
  {
    // WordPress 6.8, wp_hash_password
    prefix: /^\$wp(?=\$)/,
    format: 'bcrypt-wordpress',
    over: () => ({ kind: 'digest', hash: 'sha384', key: 'wp-sha384', encoding: 'base64', isTrimmed: true }),
  },
  {
    // Django, BCryptSHA256PasswordHasher
    prefix: /^bcrypt_sha256\$(?=\$)/,
    format: 'bcrypt-sha256',
    over: () => ({ kind: 'digest', hash: 'sha256', encoding: 'hex' }),
  },
  { prefix: /^\$bcrypt-pepper\$[^$]*(?=\$2)/, format: 'bcrypt-pepper', over: pepperIn },
];

/** Text that Devise and others add to each password, in Base64. It is a secret of the other system, and kept as one. */
function pepperIn(prefix: string): Preparation | Refused {
  const bytes = base64Bytes(prefix.slice('$bcrypt-pepper$'.length));
  if (bytes === undefined || !isUtf8(bytes) || bytes.includes(0))
    return refused('the pepper of bcrypt must be UTF-8 in base64');
  return (
    outside('bytes of the pepper', bytes.length, 1, foreignHashBounds.pepperBytes) ?? {
      kind: 'pepper',
      pepper: bytes.toString(),
    }
  );
}

/** Version 2 hashes the password under the salt, as text; version 1 did without. */
const PASSLIB =
  /^\$bcrypt-sha256\$(?:v=(?<two>2),t=(?<type>2[ab]),r=(?<rounds>[0-9]{1,2})|(?<oldType>2[ab]),(?<oldRounds>[0-9]{1,2}))\$(?<salt>[./A-Za-z0-9]{22})\$(?<digest>[./A-Za-z0-9]{31})$/;

/** passlib's bcrypt_sha256. */
const readPasslib: HashReader = (text) => {
  if (!/^(?:\$bcrypt-|bcrypt_|\$wp)/.test(text)) return undefined;
  const found = PASSLIB.exec(text)?.groups;
  if (found === undefined)
    return refused(
      'bcrypt over another hash must be $wp$2y$.., bcrypt_sha256$$2b$.., $bcrypt-sha256$v=2,t=2b,r=.. or $bcrypt-pepper$..$2a$..',
    );
  const rounds = (found.rounds ?? found.oldRounds ?? '').padStart(2, '0');
  const bare = canonicalBcrypt(`$${found.type ?? found.oldType}$${rounds}$${found.salt}${found.digest}`);
  if (typeof bare !== 'string') return bare;
  const [, type, , tail = ''] = bare.split('$');
  const [salt, digest] = [tail.slice(0, 22), tail.slice(22)];
  const isKeyed = found.two !== undefined;
  const canonical = `$bcrypt-sha256$${isKeyed ? `v=2,t=${type},r=` : `${type},`}${Number(rounds)}$${salt}$${digest}`;
  const over = { kind: 'digest', hash: 'sha256', encoding: 'base64', ...(isKeyed ? { key: salt } : {}) } as const;
  return { ok: true, format: 'bcrypt-sha256', text: canonical, check: { kind: 'bcrypt', text: bare, over } };
};

function canonicalBcrypt(text: string): string | Refused {
  if (/^\$2(x|)\$/.test(text)) return refused('bcrypt of the faulty versions $2$ and $2x$ is not supported');
  const found = BCRYPT.exec(text)?.groups;
  if (found === undefined) return refused('bcrypt must be $2b$, two digits of cost, $, and 53 characters');
  const { leastCost, mostCost } = foreignHashBounds.bcrypt;
  const refusal = outside('bcrypt cost', Number(found.cost), leastCost, mostCost);
  if (refusal !== undefined) return refusal;
  const salt = `${found.salt}${withoutLowBits(found.saltEnd, 4)}`;
  return `$${found.version}$${found.cost}$${salt}${found.digest}${withoutLowBits(found.digestEnd, 2)}`;
}

function withoutLowBits(character: string | undefined, bits: number): string {
  const value = ALPHABET.indexOf(character ?? '');
  return ALPHABET.charAt((value >> bits) << bits);
}
