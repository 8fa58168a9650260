import { setRealm } from '@countersign/contracts';
import { eventually } from '@countersign/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer } from '../journeys/application.js';
import { BusAskers } from '../journeys/bus-askers.js';
import { Platform, type RunningProgram } from '../journeys/platform.js';
import { some } from './raw-client.js';

/**
 * Bypasses of the limit of failures (NIST SP 800-63B-4 3.2.2: at most 100): by parallel guesses (Keycloak CVE-2024-4629),
 * by another name of the same user (Authelia CVE-2025-24806, OpenBao CVE-2025-54998), by another replica, by a restart.
 */
let platform: Platform;
let second: RunningProgram;
let askers: BusAskers;
beforeAll(async () => {
  platform = await Platform.start();
  second = await platform.join('gateway');
  await platform.join('authentication');
  askers = new BusAskers(platform);
  await askers.ask('operator', setRealm, {
    realm: 'demo',
    settings: { dialects: { secureauth: { ownDomain: 'OWN' } } },
  });
}, 120_000);
afterAll(async () => {
  await askers?.close();
  await platform?.remove();
}, 60_000);

const limit = 100;
const password = 'correct horse battery';
const lockedOut = { status: 'lock_out', message: 'Account is locked out.' };
let lastGuess = 0;

async function makeUser(userId: string): Promise<void> {
  const { json } = await platform.application.ask('POST', '/demo/api/v1/users', { userId, password });
  expect(json).toEqual({ status: 'success', message: '' });
}

/** A guess, as of a path below `/demo/api/`, at one gateway or the other. */
function guess(path: string, currentPassword?: string): Promise<Answer> {
  lastGuess += 1;
  const body = { currentPassword: currentPassword ?? `guess ${lastGuess}`, newPassword: 'a fresh start, please' };
  const gateway = lastGuess % 2 === 0 ? second.url : platform.program.url;
  return platform.application.ask('POST', `/demo/api/${path}`, body, gateway);
}

/** How many passwords of a user have been found wrong, as the trail has it. */
async function countWrong(userId: string): Promise<number> {
  const [row] = await platform.query<{ count: number }>(
    `select count(*)::int from authentication.outbox o join directory.user u on u.id::text = o.target ->> 'id'
     where o.type = 'authentication.password.mismatched' and u.user_id = '${userId}'`,
  );
  return row?.count ?? 0;
}

async function expectLocked(userId: string): Promise<void> {
  await eventually(async () => {
    const { json } = await platform.application.ask('GET', `/demo/api/v1/users/${encodeURIComponent(userId)}`);
    expect(json).toMatchObject(lockedOut);
  });
  // the right one, where the state is told and where it is not
  expect((await guess(`v1/users/${encodeURIComponent(userId)}/changepwd`, password)).json).toMatchObject(lockedOut);
  expect((await guess(`v2/users/${encodeURIComponent(userId)}/changepwd`, password)).json.status).toBe('failed');
}

describe('no more than 100 wrong passwords of a user are ever checked', () => {
  it('of 300 at once, over two gateways and two replicas', async () => {
    await makeUser('parallel');
    const answers = await some([...Array(300).keys()], 60, () => guess('v2/users/parallel/changepwd'));
    for (const { status, json } of answers) {
      expect([status, json.status === 'success']).toEqual([status === 503 ? 503 : 200, false]);
    }
    expect(await countWrong('parallel')).toBeLessThanOrEqual(limit);
    const left = async () => limit - (await countWrong('parallel'));
    for (let more = await left(); more > 0; more = await left()) {
      await some([...Array(more).keys()], 8, () => guess('v2/users/parallel/changepwd'));
    }
    await expectLocked('parallel');
    expect(await countWrong('parallel')).toBe(limit);
  }, 60_000);

  it('by whatever name, path, form and version', async () => {
    await makeUser('Alias ß');
    const names = ['Alias ß', 'alias ß', 'ALIAS SS', 'alias ss', 'Ａｌｉａｓ ß', 'a\u00adlias ß', 'Alias\u00a0ß'].map(
      encodeURIComponent,
    );
    const paths = ['v1', 'v2', 'v3'].flatMap((version) =>
      names.flatMap((name) => [
        `${version}/users/${name}/changepwd`,
        `${version}/users/${name}/changepwd/`,
        `${version}/users/OWN/${name}/changepwd`,
        `${version}/users/own/${name}/changepwd`,
        `${version}/users/changepwd?username=${name}`,
        `${version}/users/changepwd?username=${name}&domain=Own`,
      ]),
    );
    const answers = await some(paths.slice(0, limit), 8, (path) => guess(path));
    for (const [index, { json }] of answers.entries())
      expect([paths[index], json.status]).toEqual([paths[index], 'failed']);
    expect(await countWrong('Alias ß')).toBe(limit);
    await expectLocked('Alias ß');
    for (const path of paths)
      expect([path, (await guess(path, password)).json.status === 'success']).toEqual([path, false]);
    expect(await countWrong('Alias ß')).toBe(limit);
  }, 60_000);

  it('before and after everything is started again', async () => {
    await makeUser('restarted');
    await some([...Array(60).keys()], 8, () => guess('v1/users/restarted/changepwd'));
    await platform.stop();
    await platform.startAgain();
    second = await platform.join('gateway');
    const answers = await some([...Array(60).keys()], 1, () => guess('v1/users/restarted/changepwd'));
    expect(answers.filter(({ json }) => json.status === 'failed')).toHaveLength(limit - 60);
    expect(await countWrong('restarted')).toBe(limit);
    await expectLocked('restarted');
  }, 120_000);

  it('and a right one between them begins the count anew, for that user alone', async () => {
    await makeUser('returning');
    await makeUser('other');
    await some([...Array(limit - 1).keys()], 8, () => guess('v1/users/returning/changepwd'));
    expect((await guess('v1/users/returning/changepwd', password)).json.status).toBe('success');
    await some([...Array(limit - 1).keys()], 8, () => guess('v1/users/returning/changepwd'));
    expect((await guess('v1/users/returning/changepwd', 'a fresh start, please')).json.status).not.toBe('lock_out');
    expect((await guess('v1/users/other/changepwd', password)).json.status).toBe('success');
  }, 60_000);
});
