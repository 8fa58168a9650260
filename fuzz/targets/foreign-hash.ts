import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { readForeignHash, readHash } from '../../libs/hashing/src/foreign/read-foreign-hash.js';
import { holds, holdsSame, type Target } from '../target.js';

const folder = join(process.cwd(), 'libs', 'hashing', 'src', 'foreign');
const vectorsOf = (name: string): readonly { readonly hash: string }[] =>
  JSON.parse(readFileSync(join(folder, `${name}.vectors.json`), 'utf8')).vectors;
const hashes = ['foreign-hash', 'sha-crypt', 'other-programs'].flatMap(vectorsOf).map(({ hash }) => hash);
const number = fc.constantFrom('0', '1', '8', '64', '1024', '4294967296', '-1', '1e3', '0x10', '007', '9'.repeat(30));

/** Password hashes of other systems. */
export const foreignHash: Target = {
  name: 'foreign-hash',
  about: 'a password hash of another system',
  seeds: hashes,
  dictionary: [
    '$firescrypt$',
    '$wp$',
    '$P$',
    '$S$',
    '$1$',
    '$hmac-sha256$',
    'pf=',
    '{PBKDF2_SHA256}',
    '$',
    '$argon2id$v=19$',
    'm=64,t=1,p=1',
    '$2b$10$',
    '$6$',
    'rounds=',
    '{SSHA}',
    '{CRYPT}',
    '=',
    ',',
    '.',
  ],
  longest: 2_048,
  inputs: fc.tuple(fc.constantFrom(...hashes), number, fc.nat(8)).map(([hash, found, at]) => {
    const numbers = [...hash.matchAll(/\d+/g)];
    const old = numbers[at % Math.max(1, numbers.length)];
    return old === undefined ? hash : hash.slice(0, old.index) + found + hash.slice(old.index + old[0].length);
  }),
  check: (input) => {
    const text = input.toString('latin1');
    const read = readForeignHash(text);
    if (!read.ok) {
      holds(/^[\x20-\x7e]{10,200}$/.test(read.reason), 'a reason is a line of ASCII');
      checkNothingTold(text, read.reason);
      return;
    }
    holds(text.length <= 1_024, 'nothing longer is read');
    holdsSame(readForeignHash(read.text), read, 'what is kept reads the same');
    checkCost(text);
  },
};

/** Ten characters of what stands behind the last divider: salt or digest, which are told by both cases of letters. */
function checkNothingTold(text: string, reason: string): void {
  const secret = text.slice(Math.max(text.lastIndexOf('$'), text.lastIndexOf('}')) + 1);
  for (let at = 0; at + 10 <= Math.min(secret.length, 200); at += 1) {
    const piece = secret.slice(at, at + 10);
    const isSecret = /[a-z]/.test(piece) && /[A-Z]/.test(piece);
    holds(!isSecret || !reason.includes(piece), 'a reason repeats nothing of the hash');
  }
}

/** An imported hash must not decide what its check costs. */
function checkCost(text: string): void {
  const read = readHash(text);
  if (!read.ok) return;
  const { check } = read;
  if (check.kind === 'scrypt') {
    holds(128 * check.cost * check.blockSize <= 128 * 1024 * 1024, 'memory is bounded');
    holds(check.cost * check.blockSize * check.parallelism <= 2 ** 21, 'work is bounded');
  } else if (check.kind === 'pbkdf2') holds(check.rounds <= 2_000_000, 'rounds are bounded');
  else if (check.kind === 'phpass') holds(check.rounds <= 2 ** 18, 'rounds are bounded');
  else if (check.kind === 'sha-crypt') holds(check.rounds <= 700_000, 'rounds are bounded');
}
