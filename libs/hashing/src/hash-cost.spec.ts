import { describe, expect, it } from '@jest/globals';
import { readHash } from './foreign/read-foreign-hash.js';
import { argon2Ms, CostScale, foreignMs } from './hash-cost.js';
import { defaultHashParameters } from './hash-parameters.js';

const salt = 'c29tZXNhbHQ';
const digest = 'A'.repeat(43);
const expectedMs = (hash: string, passwordBytes = 16): number => {
  const read = readHash(hash);
  if (!read.ok) throw new Error(read.reason);
  return Math.round(foreignMs(read.check, passwordBytes));
};
const argon2 = (parameters: string) => `$argon2id$v=19$${parameters}$${salt}$${digest}`;
const bcrypt = (cost: string) => `$2b$${cost}$${'.'.repeat(53)}`;
const scrypt = (parameters: string) => `$scrypt$${parameters}$${salt}$${digest}`;
const shaCrypt = (rounds: string) => `$6$${rounds}salt$${'.'.repeat(86)}`;

describe('what a check is expected to take', () => {
  it('is some 12 ms for a hash of ours', () => {
    expect(Math.round(argon2Ms(defaultHashParameters))).toBe(12);
  });

  it.each([
    ['bcrypt 10', bcrypt('10'), 51],
    ['bcrypt 12', bcrypt('12'), 205],
    ['argon2 64 MiB, 3 passes', argon2('m=65536,t=3,p=4'), 138],
    ['scrypt as OWASP asks', scrypt('ln=17,r=8,p=1'), 419],
    ['pbkdf2 as OWASP asks', `$pbkdf2-sha256$i=600000$${salt}$${digest}`, 132],
    ['pbkdf2 of two blocks', `$pbkdf2-sha256$i=600000$${salt}$${'A'.repeat(86)}`, 132],
    ['phpass of WordPress, with and without blanks', `$P$B12345678${'.'.repeat(22)}`, 26],
    ['phpass of Drupal', `$S$E12345678${'.'.repeat(43)}`, 105],
    ['md5crypt', `$1$salt$${'.'.repeat(22)}`, 2],
    ['{SSHA}', `{SSHA}${'A'.repeat(32)}`, 0],
    ['sha512crypt', shaCrypt(''), 8],
  ])('%s', (_, hash, ms) => {
    expect(expectedMs(hash)).toBe(ms);
  });

  it.each([
    ['bcrypt', bcrypt('13'), 16],
    ['argon2', argon2('m=131072,t=8,p=16'), 16],
    ['scrypt', scrypt('ln=17,r=8,p=2'), 16],
    ['pbkdf2', `$pbkdf2-sha512$i=1000000$${salt}$${digest}`, 16],
    ['phpass', `$P$G12345678${'.'.repeat(22)}`, 16],
    ['phpass with SHA-512', `$S$G12345678${'.'.repeat(43)}`, 381],
    ['md5crypt', `$1$salt$${'.'.repeat(22)}`, 4_096],
  ])('is less than a second for the costliest %s that is let in', (_, hash, passwordBytes) => {
    expect(expectedMs(hash, passwordBytes)).toBeLessThan(1_000);
  });

  it('is little more for sha512crypt of passlib, for the longest password that it takes', () => {
    expect(expectedMs(shaCrypt('rounds=656000$'), 152)).toBeLessThan(1_300);
  });
});

describe('the machine at hand', () => {
  it('is as slow as the fastest of the first hashes', () => {
    const scale = new CostScale();
    expect(scale.of(100)).toBe(100);
    scale.note(10, 60);
    expect(scale.of(100)).toBe(600);
    scale.note(20, 40);
    scale.note(10, 90);
    expect(scale.of(100)).toBe(200);
  });

  it('is not believed to be ever so fast or slow, nor judged by hashes that cost nothing', () => {
    const [slow, fast, idle] = [new CostScale(), new CostScale(), new CostScale()];
    slow.note(10, 10_000);
    fast.note(10, 0.1);
    idle.note(0.1, 5);
    expect([slow.of(1), fast.of(1), idle.of(1)]).toEqual([8, 0.5, 1]);
  });
});
