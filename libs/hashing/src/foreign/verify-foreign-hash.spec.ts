import { createHash, createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from '@jest/globals';
import { hashSync as argon2 } from '@node-rs/argon2';
import { hashSync as bcrypt } from '@node-rs/bcrypt';
import { foreignMs } from '../hash-cost.js';
import { PasswordHasher } from '../password-hasher.js';
import { readForeignHash, readHash } from './read-foreign-hash.js';

interface Vector {
  readonly source: string;
  readonly format: string;
  readonly hash: string;
  readonly password: string;
}
const vectorsOf = (name: string): readonly Vector[] =>
  JSON.parse(readFileSync(new URL(`./${name}.vectors.json`, import.meta.url), 'utf8')).vectors;

const parameters = { memoryKib: 64, iterations: 1, parallelism: 1 };
const hasher = new PasswordHasher({ parameters, threads: 1, queueLimit: 50 });
afterAll(() => hasher.close());

const imported = (hash: string): string => {
  const read = readForeignHash(hash);
  if (!read.ok) throw new Error(read.reason);
  return read.text;
};
const ssha = (password: string | Buffer): string => {
  const salt = randomBytes(8);
  const digest = createHash('sha1').update(password).update(salt).digest();
  return imported(`{SSHA}${Buffer.concat([digest, salt]).toString('base64')}`);
};

describe('a hash of another system', () => {
  const vectors = ['foreign-hash', 'sha-crypt', 'other-programs'].flatMap(vectorsOf);

  it.each(vectors.map((vector) => [vector.source, vector.hash, vector] as const))(
    'holds for its password and for no other (%s): %s',
    async (_, __, { hash, password }) => {
      const text = imported(hash);
      expect(await hasher.verify(password, text)).toBe(true);
      expect(await hasher.verify(`-${password}`, text)).toBe(false);
      expect(hasher.needsRehash(text)).toBe(true);
    },
  );

  it('does not hold once a character of its digest is another', async () => {
    const isCheap = (hash: string) => {
      const read = readHash(hash);
      return read.ok && foreignMs(read.check, 16) < 10;
    };
    // of pbkdf2 the first block decides, see below
    for (const { hash, password } of vectors.filter((it) => it.format !== 'pbkdf2' && isCheap(it.hash))) {
      const at = hash.length - 8;
      const other = `${hash.slice(0, at)}${/a/i.test(hash[at] ?? '') ? 'B' : 'A'}${hash.slice(at + 1)}`;
      expect(await hasher.verify(password, imported(other))).toBe(false);
    }
  });

  it('is a fault, without being repeated, if it is none that can be read', async () => {
    await expect(hasher.verify('ivory', '$y$j9T$salt$qJH7')).rejects.toThrow(
      /^stored hash cannot be checked: yescrypt is not/,
    );
    expect(hasher.queued).toBe(0);
  });
});

describe('the bytes that another system hashed', () => {
  const decomposed = 'Zu\u0308rich\u00a0nights';
  const composed = 'Z\u00fcrich nights';

  it('may be those that were typed', async () => {
    expect(await hasher.verify(decomposed, ssha(decomposed))).toBe(true);
    expect(await hasher.verify(composed, ssha(decomposed))).toBe(false);
  });

  it('may be those of the normalised text', async () => {
    expect(await hasher.verify(decomposed, ssha(composed))).toBe(true);
  });

  it('may be those that were typed even in a hash that looks like ours', async () => {
    const text = imported(argon2(decomposed, { memoryCost: 64, timeCost: 1, parallelism: 1 }));
    expect(hasher.needsRehash(text)).toBe(false);
    expect(await hasher.verify(decomposed, text)).toBe(true);
    expect(await hasher.verify(composed, text)).toBe(false);
  });

  it('are only those that were typed where a check takes more than half a second, so that it is not doubled', async () => {
    const made = (password: string, timeCost: number) =>
      imported(argon2(password, { memoryCost: 33 * 1_024, timeCost, parallelism: 1 }));
    expect(await hasher.verify(decomposed, made(composed, 20))).toBe(true);
    expect(await hasher.verify(decomposed, made(composed, 25))).toBe(false);
    expect(await hasher.verify(decomposed, made(decomposed, 25))).toBe(true);
  });

  it('are not those of what no password can be', async () => {
    for (const password of ['a\0b', 'x'.repeat(2_000)])
      expect(await hasher.verify(password, ssha(password))).toBe(false);
    expect(await hasher.verify('\ud800', ssha('\ufffd'))).toBe(false);
  });

  it('are the first 72 of bcrypt, until the hash of ours is of all', async () => {
    const text = imported(bcrypt('x'.repeat(80), { cost: 4 }));
    expect(await hasher.verify('x'.repeat(80), text)).toBe(true);
    expect(await hasher.verify('x'.repeat(72), text)).toBe(true);
    expect(await hasher.verify('x'.repeat(71), text)).toBe(false);
  });

  it('are without blanks around them where WordPress made the hash, and also with them in its older ones', async () => {
    const { hash = '', password = '' } = vectorsOf('other-programs').find(({ hash }) => hash.startsWith('$wp')) ?? {};
    const phpass = vectorsOf('other-programs').find(({ hash }) => hash.startsWith('$P$')) ?? { hash: '', password: '' };
    expect(await hasher.verify(` ${password}\n`, imported(hash))).toBe(true);
    expect(await hasher.verify(` ${phpass.password}\n`, imported(phpass.hash))).toBe(true);
    expect(await hasher.verify(`${phpass.password} x`, imported(phpass.hash))).toBe(false);
  });

  it('are not none where WordPress would leave nothing of a password of blanks', async () => {
    const empty = createHmac('sha384', 'wp-sha384').update('').digest('base64');
    const made = imported(`$wp${bcrypt(empty, { cost: 4 })}`);
    expect(await hasher.verify('   ', made)).toBe(false);
    expect(await hasher.verify('   ', imported('$P$512345678YsQn8dJMnXIqYTKyUqL7q1'))).toBe(false);
  });

  it('are those of the salt as it is, whatever it holds, where a template says the order', async () => {
    for (const salt of ['a$$b', '$&', '$`', "$'", '{SALT}', '{PASSWORD}']) {
      const parts = ['-{SALT}-{PASSWORD}-{SALT}', salt, createHash('sha256').update(`-${salt}-ivory-${salt}`).digest()];
      const text = imported(`$sha256$pf=${parts.map((part) => Buffer.from(part).toString('base64')).join('$')}`);
      expect(await hasher.verify('ivory', text)).toBe(true);
      expect(await hasher.verify('Ivory', text)).toBe(false);
    }
  });

  it('are all of them below a pepper, but for what is beyond 72 with it', async () => {
    const { hash = '' } = vectorsOf('other-programs').find(({ source }) => source.startsWith('Devise')) ?? {};
    expect(await hasher.verify('ivory turnstile', imported(hash))).toBe(true);
    expect(await hasher.verify('ivory turnstil', imported(hash))).toBe(false);
    const bare = hash.slice(hash.indexOf('$2a'));
    expect(await hasher.verify('ivory turnstile', imported(bare))).toBe(false);
  });

  it('are enough for the first block of PBKDF2, which alone is checked', async () => {
    const { hash = '', password = '' } =
      vectorsOf('other-programs').find(({ source }) => source.startsWith('pwdhash')) ?? {};
    const text = imported(hash);
    const other = (at: number) => `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
    expect(await hasher.verify(password, other(text.length - 8))).toBe(true);
    expect(await hasher.verify(password, other(text.lastIndexOf('$') + 8))).toBe(false);
  });

  it('are at most 4,096 of phpass and 512 of Drupal, and fewer where rounds are many', async () => {
    const text = (hash: string) => imported(`${hash}G12345678${'.'.repeat(hash === '$P$' ? 22 : 43)}`);
    expect(await hasher.verify('x'.repeat(382), text('$P$'))).toBe(false);
    expect(await hasher.verify('x'.repeat(513), text('$S$'))).toBe(false);
  });

  it('are at most 511 of sha512crypt, and fewer where rounds are many', async () => {
    const text = (rounds: number) => imported(`$6$rounds=${rounds}$salt$${'.'.repeat(86)}`);
    expect(await hasher.verify('x'.repeat(512), text(1_000))).toBe(false);
    expect(await hasher.verify('x'.repeat(153), text(656_000))).toBe(false);
  });
});

describe('a check of a foreign hash (guarantee G11)', () => {
  interface Worker {
    verify(task: object): Promise<boolean>;
  }
  const foreign = {
    kind: 'digest',
    hash: 'sha1',
    before: randomBytes(0),
    behind: randomBytes(8),
    digest: randomBytes(20),
  };
  const worker = async () => (await import('@countersign/hashing/worker' as string)) as Worker;

  it('checks a hash of ours as well, so that it answers no sooner than for an unknown user', async () => {
    const { verify } = await worker();
    const phc = argon2('ivory', { memoryCost: 64, timeCost: 1, parallelism: 1 });
    expect(await verify({ texts: ['ivory'], phc, foreign })).toBe(false);
    // that the decoy is worked on shows where it cannot be
    await expect(verify({ texts: ['ivory'], phc: 'no hash', foreign })).rejects.toThrow();
  });
});
