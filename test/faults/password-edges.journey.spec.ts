import { createHash } from 'node:crypto';
import { importUsers, registerUser } from '@countersign/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Application } from '../journeys/application.js';
import type { BusAskers } from '../journeys/bus-askers.js';
import { OwnRealms } from '../journeys/own-realms.js';

/** Edges of passwords (bcrypt's 72 bytes; Keycloak CVE-2025-0604, empty passwords; NIST SP 800-63B-4 3.1.1.2). */
let realms: OwnRealms;
let askers: BusAskers;
let compat: Application;
let strict: Application;
beforeAll(async () => {
  realms = await OwnRealms.open();
  ({ askers } = realms);
  compat = await realms.make('edges');
  strict = await realms.make('strict-edges', 'strict');
}, 120_000);
afterAll(() => realms?.close(), 60_000);

const users = '/edges/api/v1/users';
const other = 'some other horse here';
let lastUser = 0;

async function userWith(password: string): Promise<string> {
  lastUser += 1;
  const userId = `edge ${lastUser}`;
  const { json } = await compat.ask('POST', users, { userId, password });
  expect([password.slice(0, 80), json.status]).toEqual([password.slice(0, 80), 'success']);
  return `${users}/${encodeURIComponent(userId)}`;
}

/** Whether a password is the one of the user; if it is, it is the user's again afterwards. */
async function isPassword(path: string, password: string): Promise<boolean> {
  const { json } = await compat.ask('POST', `${path}/changepwd`, { currentPassword: password, newPassword: other });
  if (json.status !== 'success') return false;
  expect((await compat.ask('POST', `${path}/resetpwd`, { password })).json.status).toBe('success');
  return true;
}

const kept: readonly (readonly [string, string, readonly string[]])[] = [
  ['72 bytes', 'a1 b2 c3'.repeat(9), ['a1 b2 c3'.repeat(8), `${'a1 b2 c3'.repeat(9)}x`]],
  ['73 bytes', `${'a1 b2 c3'.repeat(9)}x`, ['a1 b2 c3'.repeat(9), `${'a1 b2 c3'.repeat(9)}y`]],
  ['72 characters of two bytes', 'éàüöñç'.repeat(12), ['éàüöñç'.repeat(6), `${'éàüöñç'.repeat(12)}é`]],
  ['128 characters', 'horse 42'.repeat(16), ['horse 42'.repeat(9), `${'horse 42'.repeat(16)}!`]],
  ['1,024 characters', 'horse 42'.repeat(128), ['horse 42'.repeat(127), `${'horse 42'.repeat(127)}horse 43`]],
  ['characters beyond the basic plane', '🐎🔋📎🪡 horses', ['🐎🔋📎🪡 horse', '???? horses', '🐎🔋📎 horses']],
  ['spaces at both ends', '  correct horse ', ['correct horse', ' correct horse ', '  correct horse']],
  ['spaces inside', 'correct  horse', ['correct horse', 'correcthorse', 'correct   horse']],
  ['capitals', 'Correct Horse', ['correct horse', 'CORRECT HORSE']],
  ['compatibility forms', 'correct² horse', ['correct2 horse']],
  ['quotes and markup', `'";--<script>\\ horse`, [`'";--<script> horse`, `'\\";--<script>\\ horse`]],
  ['controls', 'correct\thorse\r\n', ['correct\thorse', 'correct horse\r\n']],
];

describe('a password is taken whole, and as it is', () => {
  it.each(kept)('with %s', async (_name, password, others) => {
    const path = await userWith(password);
    for (const one of others) expect([one, await isPassword(path, one)]).toEqual([one, false]);
    expect(await isPassword(path, password)).toBe(true);
  });

  it('and is the same however a keyboard composes it', async () => {
    const composed = 'Zürich châtaigne 한국';
    const path = await userWith(composed.normalize('NFC'));
    expect(await isPassword(path, composed.normalize('NFD'))).toBe(true);
    const decomposed = await userWith(composed.normalize('NFD'));
    expect(await isPassword(decomposed, composed.normalize('NFC'))).toBe(true);
    expect(await isPassword(decomposed, 'Zurich chataigne 한국')).toBe(false);
  });
});

describe('what is no password', () => {
  const refused: readonly (readonly [string, unknown])[] = [
    ['nothing', ''],
    ['only spaces', ' '.repeat(20)],
    ['only spaces of other kinds', '\u00a0\u3000\u2003'.repeat(8)],
    ['U+0000', 'correct\u0000horse battery'],
    ['U+0000 alone', '\u0000'.repeat(16)],
    ['half a surrogate pair', 'correct\ud83d horse battery'],
    ['less than the least', 'a1b2c3d'],
    ['one that everybody has', 'password123'],
    ['one over and over', 'abcabcabcabcabc'],
    ['the name of the user', 'edge-of-name'],
    ['1,025 characters', 'correct horse '.repeat(80).slice(0, 1_025)],
    ['null', null],
    ['nothing at all', undefined],
  ];

  it.each(refused)('%s makes no user, and is no new password', async (_name, password) => {
    const made = await compat.ask('POST', users, { userId: 'edge-of-name', password });
    expect([made.status, made.json.message]).toEqual([200, 'Invalid password.']);
    expect((await compat.ask('GET', `${users}/edge-of-name`)).status).toBe(404);
    const path = await userWith('correct horse battery');
    const of = (text: unknown) =>
      typeof text === 'string' ? text.replace('edge-of-name', decodeURIComponent(path.slice(users.length + 1))) : text;
    for (const [end, body] of [
      ['resetpwd', { password: of(password) }],
      ['changepwd', { currentPassword: 'correct horse battery', newPassword: of(password) }],
    ] as const) {
      const answer = await compat.ask('POST', `${path}/${end}`, body);
      expect([end, answer.status < 500, answer.json.status === 'success']).toEqual([end, true, false]);
    }
    expect(await isPassword(path, 'correct horse battery')).toBe(true);
  });

  it.each(refused)('%s is the current password of no user', async (_name, password) => {
    const path = await userWith('correct horse battery');
    const answer = await compat.ask('POST', `${path}/changepwd`, { currentPassword: password, newPassword: other });
    expect([answer.status < 500, answer.json.status === 'success']).toEqual([true, false]);
  });

  it.each([undefined, '', null])('a user who was imported without one has none: %j', async (password) => {
    lastUser += 1;
    const userId = `imported ${lastUser}`;
    await askers.ask('operator', importUsers, { realm: 'edges', users: [{ userId }] });
    const path = `${users}/${encodeURIComponent(userId)}`;
    const answer = await compat.ask('POST', `${path}/changepwd`, { currentPassword: password, newPassword: other });
    expect([answer.status < 500, answer.json.status === 'success']).toEqual([true, false]);
  });

  it.each(['', '{SSHA}', '$2b$10$', '!', '*', 'x', '{CLEARTEXT}correct horse battery', '$argon2id$'])(
    'nor is a user imported with a hash that is none: %j',
    async (passwordHash) => {
      lastUser += 1;
      const userId = `imported ${lastUser}`;
      const { outcomes } = await askers.ask('operator', importUsers, {
        realm: 'edges',
        users: [{ userId, passwordHash }],
      });
      expect(outcomes).toMatchObject([{ outcome: 'refused', problem: 'password.hash_unsupported' }]);
      expect((await compat.ask('GET', `${users}/${encodeURIComponent(userId)}`)).status).toBe(404);
    },
  );

  it('is refused on the bus as well', async () => {
    for (const password of ['', ' '.repeat(20), 'a\u0000'.repeat(10), 'short', 7, { $ne: '' }, null]) {
      const { code } = await askers.send('operator', registerUser, { realm: 'edges', userId: 'edge-of-bus', password });
      expect([password, ['password.refused', 'request.malformed'].includes(code ?? '')]).toEqual([password, true]);
    }
    expect((await compat.ask('GET', `${users}/edge-of-bus`)).status).toBe(404);
  });
});

describe('a password of another system', () => {
  const saltedSha = (text: string): string => {
    const salt = Buffer.from('salt');
    const digest = createHash('sha1').update(text).update(salt).digest();
    return `{SSHA}${Buffer.concat([digest, salt]).toString('base64')}`;
  };

  it('of 73 bytes and more is taken whole where the other system took it whole', async () => {
    const password = 'a1 b2 c3'.repeat(12);
    await askers.ask('operator', importUsers, {
      realm: 'edges',
      users: [{ userId: 'imported long', passwordHash: saltedSha(password) }],
    });
    const path = `${users}/imported%20long`;
    expect(await isPassword(path, `${password.slice(0, -1)}x`)).toBe(false);
    expect(await isPassword(path, password.slice(0, 72))).toBe(false);
    expect(await isPassword(path, password)).toBe(true);
  });

  it('that is empty is refused, though its hash is a valid one', async () => {
    await askers.ask('operator', importUsers, {
      realm: 'edges',
      users: [{ userId: 'imported empty', passwordHash: saltedSha('') }],
    });
    const answer = await compat.ask('POST', `${users}/imported%20empty/changepwd`, {
      currentPassword: '',
      newPassword: other,
    });
    expect([answer.status, answer.json.status]).toEqual([200, 'failed']);
  });
});

describe('the least length', () => {
  it('is 8 in compat realms and 15 in strict ones, in characters', async () => {
    await userWith('🐎🔋📎🪡abcd');
    const make = (password: string) => strict.ask('POST', '/strict-edges/api/v1/users', { userId: 'strict', password });
    expect((await make('fourteen chars')).json.message).toBe('Invalid password.');
    expect((await make('fifteen chars !')).json.status).toBe('success');
  });
});
