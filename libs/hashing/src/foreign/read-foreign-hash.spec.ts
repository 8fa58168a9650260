import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { foreignHashFormats } from './foreign-hash.js';
import { readForeignHash } from './read-foreign-hash.js';

interface Vector {
  readonly source: string;
  readonly format: string;
  readonly hash: string;
  /** Where it differs. */
  readonly canonical?: string;
}
const vectorsOf = (name: string): readonly Vector[] =>
  JSON.parse(readFileSync(new URL(`./${name}.vectors.json`, import.meta.url), 'utf8')).vectors;
const vectors = ['foreign-hash', 'sha-crypt', 'other-programs'].flatMap(vectorsOf);

const reasonOf = (text: string): string | undefined => {
  const read = readForeignHash(text);
  return read.ok ? undefined : read.reason;
};
const [salt, digest] = ['c29tZXNhbHQ', 'A'.repeat(43)];
const bcrypt = (cost: string) => `$2b$${cost}$${'.'.repeat(53)}`;
const firebase = (salt: string, parameters = 'ln=14,r=8,p=1', key = 'A'.repeat(86)) =>
  `$firescrypt$${parameters}$${salt}$${'A'.repeat(86)}==$Bw==$${key}==`;
/** Version 3: its beginning, then 16 bytes of salt and 32 of digest. */
const aspNet = (beginning: string) => `${beginning}${'A'.repeat(66)}`;
const shaCrypt = (rounds: string) => `$6$${rounds}salt$${'.'.repeat(86)}`;

describe('a hash of another system is read', () => {
  it.each(vectors.map(({ source, hash, format, canonical }) => [source, hash, format, canonical ?? hash]))(
    'as %s writes it: %s',
    (_, hash, format, text) => {
      expect(readForeignHash(hash)).toEqual({ ok: true, format, text });
    },
  );

  it('in each format that is promised', () => {
    expect(new Set(vectors.map(({ format }) => format))).toEqual(new Set(foreignHashFormats));
  });

  it.each([
    ['{ARGON2}', `$argon2id$v=19$m=64,t=1,p=1$${salt}$${digest}`],
    ['argon2', `$argon2i$v=19$m=64,t=1,p=1$${salt}$${digest}`],
    ['{CRYPT}', bcrypt('10')],
    ['{crypt}', shaCrypt('')],
    ['{BLF-CRYPT}', bcrypt('05')],
    ['{SHA512-CRYPT}', shaCrypt('rounds=6000$')],
    ['{argon2@SpringSecurity_v5_8}', `$argon2id$v=19$m=64,t=1,p=1$${salt}$${digest}`],
    ['{bcrypt}', bcrypt('10')],
    ['{LDAP}', '{SSHA}JFZFs0oHzxbMwkSJmYVeI8MnTDy/276aAA=='],
    ['{MD5-CRYPT}', '$1$salt$qJH7.N4xYta3aEG/dfqo/0'],
  ])('behind %s, which is left out', (wrapper, hash) => {
    expect(readForeignHash(`${wrapper}${hash}`)).toMatchObject({ ok: true, text: hash });
  });

  it.each([
    [
      'padding of Base64',
      `$argon2id$v=19$m=64,t=1,p=1$${salt}=$${digest}=`,
      `$argon2id$v=19$m=64,t=1,p=1$${salt}$${digest}`,
    ],
    [
      'padding that a scheme lacks',
      '{SSHA}JFZFs0oHzxbMwkSJmYVeI8MnTDy/276aAA',
      '{SSHA}JFZFs0oHzxbMwkSJmYVeI8MnTDy/276aAA==',
    ],
    ['rounds that are the default', shaCrypt('rounds=5000$'), shaCrypt('')],
    ['the names that Ory has for crypt(3)', '$md5-crypt$salt$qJH7.N4xYta3aEG/dfqo/0', '$1$salt$qJH7.N4xYta3aEG/dfqo/0'],
    ['Base64 for URLs, which Firebase has too', firebase('-_8='), firebase('+/8=')],
    ['hex', '{SHA.HEX}34083AE7D58EA1095959F8A32CABA347775C79E3', '{SHA}NAg659WOoQlZWfijLKujR3dceeM='],
  ])('in one way: %s', (_, hash, text) => {
    expect(readForeignHash(hash)).toMatchObject({ ok: true, text });
  });

  it('again as itself', () => {
    for (const { hash } of vectors) {
      const read = readForeignHash(hash);
      if (read.ok) expect(readForeignHash(read.text)).toEqual(read);
    }
  });
});

describe('what a hash may cost is bounded', () => {
  const argon2 = (parameters: string) => `$argon2id$v=19$${parameters}$${salt}$${digest}`;
  const scrypt = (parameters: string) => `$scrypt$${parameters}$${salt}$${digest}`;

  it.each([
    ['argon2 of 128 MiB', argon2('m=131072,t=8,p=16')],
    ['argon2 of many passes over little', argon2('m=8,t=131072,p=1')],
    ['bcrypt of cost 4', bcrypt('04')],
    ['bcrypt of cost 13', bcrypt('13')],
    ['scrypt as OWASP asks', scrypt('ln=17,r=8,p=1')],
    ['scrypt as OWASP asks, in little memory', scrypt('ln=13,r=8,p=10')],
    ['pbkdf2 of Django 6', `pbkdf2_sha256$1200000$salt$${digest}=`],
    ['pbkdf2 at the bound', `$pbkdf2-sha512$1000000$${salt}$${digest}`],
    ['pbkdf2 of Keycloak, with a digest of four blocks', `$pbkdf2-sha1$i=1300000$${salt}$${'A'.repeat(86)}`],
    ['sha512crypt of passlib', shaCrypt('rounds=656000$')],
    ['phpass of 2^18 rounds', `$P$G12345678${'.'.repeat(22)}`],
    ['phpass with SHA-512 of 2^18 rounds', `$S$G12345678${'.'.repeat(43)}`],
    ['scrypt of Firebase, twice its memory', firebase('AAAA', 'ln=15,r=8,p=1')],
  ])('up to %s', (_, hash) => {
    expect(reasonOf(hash)).toBeUndefined();
  });

  it.each([
    [argon2('m=131073,t=1,p=1'), 'argon2 memory in KiB (m) must be 8 to 131072, found 131073'],
    [argon2('m=131072,t=9,p=1'), 'argon2 memory times passes (m x t) must be 1 to 1048576, found 1179648'],
    [argon2('m=4294967295,t=4294967295,p=1'), 'argon2 memory in KiB (m) must be 8 to 131072, found 4294967295'],
    [argon2('m=131072,t=1,p=17'), 'argon2 lanes (p) must be 1 to 16, found 17'],
    [argon2('m=15,t=1,p=2'), 'argon2 memory in KiB (m) must be 16 to 131072, found 15'],
    [argon2('m=64,t=1,p=1').replace('v=19', 'v=18'), 'argon2 version must be 16 or 19, found 18'],
    [`$argon2id$v=19$m=64,t=1,p=1$c2FsdA$${digest}`, 'argon2 salt bytes must be 8 to 64, found 4'],
    [`$argon2id$v=19$m=64,t=1,p=1$${salt}$AAAA`, 'argon2 digest bytes must be 16 to 64, found 3'],
    [bcrypt('14'), 'bcrypt cost must be 4 to 13, found 14'],
    [bcrypt('03'), 'bcrypt cost must be 4 to 13, found 3'],
    [scrypt('ln=18,r=8,p=1'), 'scrypt memory in bytes (128 r N) must be 1 to 134217728, found 268435456'],
    [scrypt('ln=17,r=8,p=3'), 'scrypt work (N r p) must be 1 to 2097152, found 3145728'],
    [scrypt('ln=10,r=33,p=1'), 'scrypt r must be 1 to 32, found 33'],
    [scrypt('ln=4,r=1,p=17'), 'scrypt p must be 1 to 16, found 17'],
    [scrypt('ln=16,r=1,p=1'), 'scrypt ln must be 1 to 15, found 16'],
    [`scrypt$16383$salt$8$1$${digest}`, 'scrypt N must be a power of two, found 16383'],
    [
      `$pbkdf2-sha1$2000001$${salt}$AAAAAAAAAAAAAAAAAAAAAAAAAAA`,
      'pbkdf2-sha1 rounds must be 1 to 2000000, found 2000001',
    ],
    [`$pbkdf2-sha256$i=2000001$${salt}$${'A'.repeat(86)}`, 'pbkdf2-sha256 rounds must be 1 to 2000000, found 2000001'],
    [`$pbkdf2-sha512$1000001$${salt}$${digest}`, 'pbkdf2-sha512 rounds must be 1 to 1000000, found 1000001'],
    [`$pbkdf2-sha256$1$${'A'.repeat(172)}$${digest}`, 'pbkdf2 salt bytes must be 0 to 128, found 129'],
    [`$pbkdf2-sha256$1$${salt}$AAAA`, 'pbkdf2 digest bytes must be 16 to 256, found 3'],
    [shaCrypt('rounds=656001$'), 'sha512crypt rounds must be 1000 to 656000, found 656001'],
    [shaCrypt('rounds=999$'), 'sha512crypt rounds must be 1000 to 656000, found 999'],
    [`{SSHA}${'A'.repeat(199)}`, '{SSHA} salt bytes must be 1 to 128, found 129'],
    [`{SSHA}${'A'.repeat(27)}=`, '{SSHA} salt bytes must be 1 to 128, found 0'],
    [`$P$H12345678${'.'.repeat(22)}`, 'phpass cost must be 7 to 18, found 19'],
    [`$S$412345678${'.'.repeat(43)}`, 'phpass cost must be 7 to 18, found 6'],
    [firebase('AAAA', 'ln=18,r=8,p=1'), 'scrypt memory in bytes (128 r N) must be 1 to 134217728, found 268435456'],
    [firebase('A'.repeat(172)), 'scrypt salt bytes must be 0 to 128, found 130'],
    [firebase('AAAA', 'ln=14,r=8,p=1', 'A'.repeat(18)), 'bytes of the signer key must be 16 to 128, found 13'],
    ['$scrypt$ln=16383,r=8,p=1$AAAA$AAAA', 'scrypt N must be a power of two, found 16383'],
    [
      `$7$G6..../....salt$${'.'.repeat(43)}`,
      'scrypt memory in bytes (128 r N) must be 1 to 134217728, found 268435456',
    ],
    [`$bcrypt-pepper$${'QUFB'.repeat(171)}${bcrypt('10')}`, 'bytes of the pepper must be 1 to 512, found 513'],
    [`$wp${bcrypt('14')}`, 'bcrypt cost must be 4 to 13, found 14'],
    [`$md5$pf=${'A'.repeat(684)}$AAAA$AAAA`, 'the template of a digest must hold {PASSWORD} once'],
    [
      `$sha256$pf=e1NBTFR9e1NBTFR9e1NBTFR9e1NBTFR9e1NBTFR9e1BBU1NXT1JEfQ==$${'A'.repeat(168)}$${digest}=`,
      'bytes around the password must be 0 to 512, found 630',
    ],
    [aspNet('AQAAAAEAHoSBAAAAEA'), 'pbkdf2-sha256 rounds must be 1 to 2000000, found 2000001'],
    [aspNet('AQAAAAMAAAPoAAAAEA'), /^a password hash of ASP.NET Identity must be of version 2, or/],
    [aspNet('AQAAAAEAAAPo/////w'), /^a password hash of ASP.NET Identity must be of version 2, or/],
    [`$6$${'x'.repeat(1_022)}`, 'a password hash has at most 1024 characters, found 1025'],
  ])('%s', (hash, reason) => {
    if (typeof reason === 'string') expect(reasonOf(hash)).toBe(reason);
    else expect(reasonOf(hash)).toMatch(reason);
  });
});

describe('what is no hash that is read is named', () => {
  it.each([
    ['$argon2id$v=19$m=64,t=1,p=1,keyid=AAAA$c29tZXNhbHQ$AAAA', /^argon2 must be .*without keyid or data$/],
    ['$argon2id$v=19$t=1,m=64,p=1$c29tZXNhbHQ$AAAA', /^argon2 must be /],
    [`$argon2id$v=19$m=64,t=1,p=1$so.salt.$${digest}`, 'argon2 salt and digest must be base64'],
    [`$2x$05$${'.'.repeat(53)}`, 'bcrypt of the faulty versions $2$ and $2x$ is not supported'],
    ['$2b$10$short', /^bcrypt must be \$2b\$/],
    ['$2b$5$..', /^bcrypt must be \$2b\$/],
    ['$scrypt$ln=04,r=8,p=1$AAAA$AAAA', /^scrypt must be /],
    ['scrypt$16384$salt', /^scrypt must be scrypt.N.salt/],
    ['$pbkdf2-sha3$1000$AAAA$AAAA', /^pbkdf2 must be .*of sha1, sha256 or sha512$/],
    ['$pbkdf2$01212$THDqatpidANpadlLeTeOEg$HV3oi1k5C5LQCgG1BMOL.BX4YZc', /^pbkdf2 must be /],
    ['$pbkdf2-sha256$i=1,l=32$c2FsdA$AAAA', 'pbkdf2 digest must have as many bytes as l says'],
    ['pbkdf2_md5$1$salt$AAAA', /^pbkdf2 of Django must be .*sha1 or sha256$/],
    ['{SSHA224}AAAA', /^a digest must be {SSHA}, {SSHA256}/],
    ['{ssha512}06$salt$digest', '{SSHA512} must be base64 after its scheme'],
    ['{SSHA}', '{SSHA} must have 20 bytes of digest before its salt, found 0'],
    ['{SSHA}AAAAAAAAAAAAAA==', '{SSHA} must have 20 bytes of digest before its salt, found 10'],
    ['{SHA}AAAAAAAAAAAAAA==', '{SHA} must have 20 bytes of digest, found 10'],
    [`{MD5}${'A'.repeat(24)}`, '{MD5} must have 16 bytes of digest, found 18'],
    [`$6$${'s'.repeat(17)}$${'.'.repeat(86)}`, /^sha512crypt must be .*at most 16 of salt/],
    [`$6$salt$${'.'.repeat(43)}`, /^sha512crypt must be /],
    [`$5$salt$${'.'.repeat(86)}`, /^sha256crypt must be \$5\$/],
    ['$1$saltsalts$qJH7.N4xYta3aEG/dfqo/0', /^md5crypt must be .*at most 8 of salt/],
    ['$apr1$salt$xxxx', /^md5crypt must be /],
    ['$1$salt$qJH7.N4xYta3aEG/dfqo/z', /^md5crypt must be /],
    ['$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L', /^phpass must be /],
    ['$firescrypt$ln=14,r=8,p=1$AAAA$AAAA', /^scrypt of Firebase must be /],
    [firebase('AAAA', 'ln=14,r=8,p=1', 'A'.repeat(22)), 'the digest of Firebase must be as long as the signer key'],
    ['$bcrypt-pepper$//79$2a$04$', 'the pepper of bcrypt must be UTF-8 in base64'],
    [`$bcrypt-sha256$v=3,t=2b,r=12$${'.'.repeat(22)}$${'.'.repeat(31)}`, /^bcrypt over another hash must be /],
    ['bcrypt_sha256$$2b$12$xxxx', /^bcrypt must be /],
    ['$hmac-md4$AAAA$AAAA', /^hmac must be /],
    ['pbkdf2:sha3:600000$salt$00', /^pbkdf2 of Werkzeug must be /],
    ['{pbkdf2@SpringSecurity_v5_8}00', /^pbkdf2 of Spring Security must be /],
    ['{PBKDF2_SHA256}AAAA', /^{PBKDF2_SHA256} must be base64 of rounds/],
    ['$y$j9T$salt$digest', 'yescrypt is not supported'],
    ['$md5,rounds=904$salt$$digest', 'sunmd5 is not supported'],
    ['abJnggxhB/yWI', 'des crypt, which reads eight characters of a password, is not supported'],
    ['5f4dcc3b5aa765d61d8327deb882cf99', /^a digest without its name .*{MD5.HEX}/],
    ['SCRAM-SHA-256$4096:AAAA$AAAA:AAAA', 'scram is not supported'],
    ['$3$$8846f7eaee8fb117ad06bdd830b7586c', 'nt hash is not supported'],
    ['{CLEARTEXT}ivory turnstile', 'a password in clear is not supported'],
    ['ivory turnstile', /^the password hash is of no supported format /],
    ['', /^the password hash is of no supported format /],
    [' $2b$10$', /^the password hash is of no supported format /],
  ])('%s', (text, reason) => {
    if (typeof reason === 'string') expect(reasonOf(text)).toBe(reason);
    else expect(reasonOf(text)).toMatch(reason);
  });
});

describe('an odd encoding', () => {
  it.each([
    ['bits behind the last byte', `$argon2id$v=19$m=64,t=1,p=1$${salt.slice(0, -1)}R$${digest}`],
    ['part of a padding', '{SSHA}JFZFs0oHzxbMwkSJmYVeI8MnTDy/276aAA='],
    ['white space', `{SSHA}JFZFs0oHzxbMwkSJmYVeI8Mn TDy/276aAA==`],
    ['Base64 for URLs where it is not written', `$scrypt$ln=4,r=1,p=1$${salt}$${'_'.repeat(43)}`],
    ['a digit that is none of hex', `{SHA.HEX}${'0'.repeat(39)}g`],
  ])('is refused, so that a text is one hash: %s', (_, hash) => {
    expect(readForeignHash(hash).ok).toBe(false);
  });
});

describe('any text', () => {
  const mangled = fc
    .record({
      vector: fc.constantFrom(...vectors.map(({ hash }) => hash)),
      at: fc.nat(200),
      cut: fc.nat(4),
      put: fc.oneof(
        fc.string({ unit: 'binary', maxLength: 8 }),
        fc.constantFrom('$', '=', ',', '.', '9'.repeat(300), '\0'),
      ),
    })
    .map(({ vector, at, cut, put }) => `${vector.slice(0, at)}${put}${vector.slice(at + cut)}`);
  const texts = fc.oneof(
    mangled,
    fc.string({ unit: 'binary', maxLength: 1_100 }),
    fc.string({ unit: fc.constantFrom('$', '=', 'A', '1', ',', '{', '}', 'i'), maxLength: 1_100 }),
  );

  it('is read to a text that reads the same, or refused', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const read = readForeignHash(text);
        if (read.ok) expect(readForeignHash(read.text)).toEqual(read);
        else expect(read.reason).toMatch(/^[ -~]{10,200}$/);
      }),
      { numRuns: 5_000 },
    );
  });

  it('is not repeated by a reason: not 10 characters of its salt or digest', () => {
    fc.assert(
      fc.property(mangled, (text) => {
        const reason = reasonOf(text) ?? '';
        const secret = text.slice(Math.max(text.lastIndexOf('$'), text.lastIndexOf('}')) + 1);
        const pieces = Array.from({ length: Math.max(0, secret.length - 9) }, (_, at) => secret.slice(at, at + 10));
        expect(pieces.filter((piece) => reason.includes(piece))).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    '$argon2id$',
    '$2b$',
    '$scrypt$',
    'scrypt$',
    '$pbkdf2-sha256$',
    'pbkdf2_sha256$',
    '{SSHA}',
    '$6$',
    '{',
    '$firescrypt$',
    '$P$',
    '$1$',
    '$sha1$pf=',
    '$bcrypt-pepper$',
    'AQAA',
    '{PBKDF2}$1$',
  ])('is read in one go, however much it repeats behind %s', (beginning) => {
    for (const unit of ['$', '1$', '=', 'i=', 'm=1,', '{crypt}', '9', 'A']) {
      const text = `${beginning}${unit.repeat(1_024)}`.slice(0, 1_024);
      const read = Array.from({ length: 200 }, () => readForeignHash(text));
      expect(read.some(({ ok }) => ok)).toBe(false);
    }
  });
});
