import { monotonicMs } from '@countersign/clock';
import { afterAll, describe, expect, it } from '@jest/globals';
import { defaultHashParameters, type HashParameters } from './hash-parameters.js';
import { PasswordHasher, type PasswordHasherOptions } from './password-hasher.js';

const tiny: HashParameters = { memoryKib: 1_024, iterations: 1, parallelism: 1 };
const hashers: PasswordHasher[] = [];
const open = (options: Partial<PasswordHasherOptions> = {}): PasswordHasher => {
  const hasher = new PasswordHasher({ parameters: tiny, threads: 1, queueLimit: 50, ...options });
  hashers.push(hasher);
  return hasher;
};
afterAll(() => Promise.all(hashers.map((hasher) => hasher.close())));

describe('a password hash', () => {
  const hasher = open();

  it('is a PHC string of argon2id with the parameters, a fresh salt each time', async () => {
    const [one, two] = await Promise.all([hasher.hash('ivory turnstile'), hasher.hash('ivory turnstile')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=1024,t=1,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(two);
  });

  it.each([
    ['its last character, behind 72 bytes', `${'x'.repeat(80)}a`, `${'x'.repeat(80)}b`],
    ['its case', 'Ivory turnstile', 'ivory turnstile'],
    ['a space behind', 'ivory turnstile', 'ivory turnstile '],
    ['being empty', 'ivory turnstile', ''],
    ['U+FFFD for an unpaired surrogate', 'ivory\ufffd', 'ivory\ud800'],
    ['U+0000 behind', 'ivory', 'ivory\0'],
    ['a thousandth more', 'x'.repeat(1_024), 'x'.repeat(1_025)],
  ])('holds for its password and not for one that differs in %s', async (_, password, other) => {
    const phc = await hasher.hash(password);
    expect(await hasher.verify(password, phc)).toBe(true);
    expect(await hasher.verify(other, phc)).toBe(false);
  });

  it('holds for the same password typed composed and decomposed', async () => {
    const phc = await hasher.hash('Z\u00fcrich\u00a0nights');
    expect(await hasher.verify('Zu\u0308rich nights', phc)).toBe(true);
  });

  it('holds for one made elsewhere with the reference implementation (RFC 9106 parameters of another cost)', async () => {
    const phc = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
    expect(await hasher.verify('password', phc)).toBe(true);
  });

  it('is not made of what no password can be', async () => {
    for (const password of ['a\0b', '\ud800', 'x'.repeat(1_025)]) {
      await expect(hasher.hash(password)).rejects.toThrow('password is too long or holds U+0000');
    }
  });

  it('is a fault if it is none, and the hasher lives on', async () => {
    await expect(hasher.verify('password', 'ivory')).rejects.toThrow();
    expect(await hasher.verify('password', undefined)).toBe(false);
    expect(hasher.queued).toBe(0);
  });
});

describe('a password of an unknown user (guarantee G11)', () => {
  it('is checked on a decoy, which nothing fits', async () => {
    const hasher = open();
    for (const password of ['', 'ivory turnstile', 'a\0b', 'x'.repeat(2_000)]) {
      expect(await hasher.verify(password, undefined)).toBe(false);
    }
  });

  it('takes a thread and a place in the queue like any other', async () => {
    const hasher = open({ queueLimit: 0 });
    const first = hasher.verify('a', undefined);
    await expect(hasher.verify('b', undefined)).rejects.toMatchObject({ code: 'password.hashing_overloaded' });
    expect(await first).toBe(false);
  });
});

describe('hashes made with other parameters', () => {
  const made = (function_: string, parameters: string, salt = 'A'.repeat(22), digest = 'A'.repeat(43)) =>
    `$${function_}$v=19$${parameters}$${salt}$${digest}`;
  const hasher = open({ parameters: { memoryKib: 2_048, iterations: 2, parallelism: 1 } });

  it('are to be made anew', () => {
    expect(hasher.needsRehash(made('argon2id', 'm=2048,t=2,p=1'))).toBe(false);
    for (const phc of [
      made('argon2id', 'm=1024,t=2,p=1'),
      made('argon2id', 'm=4096,t=2,p=1'),
      made('argon2id', 'm=2048,t=1,p=1'),
      made('argon2id', 'm=2048,t=2,p=2'),
      made('argon2i', 'm=2048,t=2,p=1'),
      made('argon2id', 'm=2048,t=2,p=1', 'A'.repeat(11)),
      made('argon2id', 'm=2048,t=2,p=1', 'A'.repeat(22), 'A'.repeat(22)),
      made('argon2id', 'm=2048,t=2,p=1').replace('v=19', 'v=16'),
      '$2b$12$abc',
      '',
    ]) {
      expect(hasher.needsRehash(phc)).toBe(true);
    }
  });

  it('still hold until then', async () => {
    expect(await hasher.verify('ivory', await open().hash('ivory'))).toBe(true);
  });
});

describe('the bound (guarantee G8)', () => {
  const slow: HashParameters = { memoryKib: 32 * 1_024, iterations: 2, parallelism: 1 };

  it('refuses what is past threads and queue at once, while the others finish', async () => {
    const hasher = open({ parameters: slow, queueLimit: 2 });
    const order: string[] = [];
    const asked = ['first', 'second', 'third', 'fourth', 'fifth'].map((name) =>
      hasher.verify(name, undefined).then(
        (holds) => order.push(`${name} ${holds}`),
        (error: { code: string }) => order.push(`${name} ${error.code}`),
      ),
    );
    expect(hasher.queued).toBe(2);
    await Promise.all(asked);
    expect(order).toEqual([
      'fourth password.hashing_overloaded',
      'fifth password.hashing_overloaded',
      'first false',
      'second false',
      'third false',
    ]);
    expect(hasher.queued).toBe(0);
    expect(await hasher.verify('again', undefined)).toBe(false);
  });

  it('drops a job whose deadline has passed, unless it has begun', async () => {
    const hasher = open({ parameters: slow, queueLimit: 5 });
    const soon = monotonicMs() + 5;
    const first = hasher.verify('first', undefined, soon);
    const late = Promise.allSettled([hasher.verify('late', undefined, soon), hasher.hash('late', soon)]);
    const last = hasher.hash('last', Number.POSITIVE_INFINITY);
    expect(await first).toBe(false);
    const overloaded = { status: 'rejected', reason: { code: 'password.hashing_overloaded' } };
    expect(await late).toMatchObject([overloaded, overloaded]);
    expect(await last).toMatch(/^\$argon2id/);
    expect(hasher.refused).toBe(2);
  });

  it('is of cost: costly hashes of another system take neither every thread nor the queue from ours', async () => {
    const hasher = open({ parameters: defaultHashParameters, threads: 2, queueLimit: 64 });
    const order: string[] = [];
    const note = (name: string, asked: Promise<unknown>) =>
      asked.then(
        () => order.push(name),
        () => order.push(`${name}!`),
      );
    // cost 12, a spelling in two ways: some 0.4 s each, so that 2 s of them wait and one is checked
    const bcrypt = `$2b$12$${'.'.repeat(53)}`;
    const costly = Array.from({ length: 12 }, (_, n) => note(`costly ${n}`, hasher.verify(`e\u0301${n}`, bcrypt)));
    const ours = Array.from({ length: 4 }, (_, n) => note(`ours ${n}`, hasher.verify('ivory', undefined)));
    await Promise.all(ours);
    const [refused, done] = [order.filter((name) => name.endsWith('!')), order.filter((name) => !name.endsWith('!'))];
    expect(refused.length).toBeGreaterThanOrEqual(6);
    expect(done.slice(0, 4).every((name) => name.startsWith('ours'))).toBe(true);
    await Promise.all(costly);
  });

  it('leaves the event loop alone: turns pass while a hash is under way', async () => {
    const hasher = open({ parameters: slow });
    let turns = 0;
    let isDone = false;
    const done = hasher.hash('ivory').finally(() => {
      isDone = true;
    });
    while (!isDone) {
      await new Promise((resolve) => setImmediate(resolve));
      turns += 1;
    }
    await done;
    expect(turns).toBeGreaterThan(10);
  });

  it('lets what is under way and in the queue finish when it is closed', async () => {
    const hasher = new PasswordHasher({ parameters: tiny, threads: 1, queueLimit: 5 });
    const asked = [hasher.verify('a', undefined), hasher.verify('b', undefined)];
    await hasher.close();
    expect(await Promise.all(asked)).toEqual([false, false]);
    await expect(hasher.verify('c', undefined)).rejects.toThrow('password hasher is closed');
  });
});

describe('the parameters', () => {
  it('are by default what OWASP asks for', () => {
    expect(defaultHashParameters).toEqual({ memoryKib: 19_456, iterations: 2, parallelism: 1 });
  });

  it.each([
    [{ memoryKib: 7 }, 'memoryKib must be a whole number from 8 to 4194304, found 7'],
    [{ parallelism: 0 }, 'parallelism must be a whole number from 1 to 255, found 0'],
    [{ iterations: 1.5 }, 'iterations must be a whole number from 1 to 1000, found 1.5'],
    [{ iterations: Number.NaN }, 'iterations must be a whole number from 1 to 1000, found NaN'],
  ])('are refused outside of what argon2 can do: %j', (part, message) => {
    expect(() => new PasswordHasher({ parameters: { ...tiny, ...part }, queueLimit: 1 })).toThrow(message);
  });
});
