import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runningServices } from '@countersign/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Application } from './application.js';
import { countersign } from './command-line.js';
import { Platform } from './platform.js';
import { SecretSearch } from './secret-search.js';

/** Guarantee G5, as whoever gets hold of a dump, a disk, the streams or the logs would try it. */
const users = '/demo/api/v1/users';
/** Said to the platform in one way or another; in letters and digits, so that no encoding hides them. */
const told = {
  'PIN of compat': '8305917264',
  'PIN of strict': '7416092835',
  'answer of compat': 'Quetzaltenango7Volcano',
  'answer of strict': 'Chichicastenango4Market',
  'old PIN': '5128847396',
  'password at creation': 'Creation9Horse3Battery',
  'password of strict': 'Strict8Horse2Battery5Staple',
  'password after reset': 'Reset4Horse6Battery',
  'password after change': 'Change1Horse7Battery',
  'wrong current password': 'Wrong5Horse8Battery',
  'password refused as too short': 'Sh0rt7x',
  'password in a body that is not JSON': 'Broken2Horse9Battery',
  'password of a user that exists': 'Twice6Horse1Battery',
};
/** No secret: shows that the search would find one. */
const canary = 'Kolibri3Canary8Bird';

let platform: Platform;
let secrets: SecretSearch;
const canaries = new SecretSearch({ canary });
beforeAll(async () => {
  platform = await Platform.start({
    LOG_LEVEL: 'trace',
    AUTHENTICATION_RESEAL_INTERVAL_SECONDS: '1',
    DIRECTORY_RESEAL_INTERVAL_SECONDS: '1',
  });
  const before = keyRings();
  const key = await makeApplication('demo');
  const strictKey = await useStrictRealm();
  await useCompatRealm();
  await countersign(platform.folder, 'key', 'rotate');
  await platform.application.ask('PUT', `${users}/kolibri`, { properties: { auxId2: 'after the rotation' } });
  await platform.query('checkpoint');
  const applicationKeys = { demo: platform.demo.applicationKey, key, strictKey };
  secrets = new SecretSearch({
    ...told,
    ...prefixed('application key in hex, ', applicationKeys),
    ...prefixed(
      'application key, ',
      mapped(applicationKeys, (text) => Buffer.from(text, 'hex')),
    ),
    ...prefixed('demo password of ', Object.fromEntries(people().map(({ userId, password }) => [userId, password]))),
    ...prefixed('ring before, ', before),
    ...prefixed('ring after, ', keyRings()),
    ...credentials(),
  });
}, 180_000);
afterAll(() => platform?.remove(), 60_000);

async function useCompatRealm(): Promise<void> {
  const { application } = platform;
  const knowledgeBase = { kbq1: { question: 'Where?', answer: told['answer of compat'] } };
  await application.ask('POST', users, {
    userId: 'kolibri',
    password: told['password at creation'],
    properties: { firstName: canary, pinHash: told['old PIN'] },
    knowledgeBase,
  });
  await application.ask('PUT', `${users}/kolibri`, { properties: { pinHash: told['PIN of compat'] } });
  const shown = await application.ask('GET', `${users}/kolibri`);
  expect([shown.json.properties.pinHash.value, shown.json.knowledgeBase.kbq1.answer]).toEqual([
    told['PIN of compat'],
    told['answer of compat'],
  ]);
  const reset = (password: string) => application.ask('POST', `${users}/kolibri/resetpwd`, { password });
  const change = (currentPassword: string, newPassword: string) =>
    application.ask('POST', `${users}/kolibri/changepwd`, { currentPassword, newPassword });
  expect((await reset(told['password after reset'])).json.status).toBe('success');
  const changed = await change(told['password after reset'], told['password after change']);
  expect(changed.json.status).toBe('success');
  for (const refused of [
    await change(told['wrong current password'], told['password after change']),
    await reset(told['password refused as too short']),
    await application.ask('POST', users, { userId: 'kolibri', password: told['password of a user that exists'] }),
    await application.ask('POST', users, `{"userId":"x","password":"${told['password in a body that is not JSON']}"`),
  ]) {
    expect(['failed', 'invalid']).toContain(refused.json.status);
  }
}

async function useStrictRealm(): Promise<string> {
  await countersign(platform.folder, 'realm', 'create', 'strict-one', '--profile', 'strict');
  const strict = await openApplication('strict-one');
  const made = await strict.ask('POST', '/strict-one/api/v1/users', {
    userId: 'kolibri',
    password: told['password of strict'],
    properties: { pinHash: told['PIN of strict'] },
    knowledgeBase: { kbq1: { question: 'Where?', answer: told['answer of strict'] } },
  });
  expect(made.json.status).toBe('success');
  return strict.credentials.applicationKey;
}

async function openApplication(realm: string): Promise<Application> {
  const made = ['application', 'create', '--realm', realm, '--name', 'x', '--json'];
  const created = JSON.parse((await countersign(platform.folder, ...made)).stdout);
  return new Application({ baseUrl: platform.program.url, ...created });
}

/** An application whose key was rotated: the answer of the rotation is kept for a day, sealed. */
async function makeApplication(realm: string): Promise<string> {
  const { applicationId } = (await openApplication(realm)).credentials;
  const rotate = ['application', 'rotate', applicationId, '--json'];
  return JSON.parse((await countersign(platform.folder, ...rotate)).stdout).applicationKey;
}

function people(): Platform['demo']['users'] {
  return [platform.demo.administrator, ...platform.demo.users];
}

/** The keys of all rings, by service and id. */
function keyRings(): Record<string, Buffer> {
  return Object.fromEntries(
    runningServices.flatMap((service) => {
      const ring = JSON.parse(readFileSync(join(platform.folder, 'keys', `${service}.key-ring.json`), 'utf8'));
      return Object.entries<string>(ring.keys).map(([id, key]) => [`${service} ${id}`, Buffer.from(key, 'base64')]);
    }),
  );
}

/** Generated for the servers: passwords of the bus and of the database. */
function credentials(): Record<string, string> {
  const { postgres, nats } = JSON.parse(readFileSync(join(platform.folder, 'secrets.json'), 'utf8'));
  return { ...prefixed('database password of ', postgres), ...prefixed('bus password of ', nats) };
}

function prefixed<T>(prefix: string, values: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]));
}
function mapped<T, U>(values: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}

describe('no secret is found', () => {
  it('by a search that finds what is there, however it is encoded', () => {
    const bytes = Buffer.from(canary);
    const encoded = [bytes.toString('hex'), `\\x${bytes.toString('hex').toUpperCase()}`];
    for (const text of [canary, `"${canary}"`, ...encoded]) expect(canaries.inText(text)).toEqual(['canary']);
    for (const before of ['', 'a', 'ab', 'abc']) {
      const inside = Buffer.from(`${before}${canary}?>>`);
      expect(canaries.inText(inside.toString('base64'))).toEqual(['canary']);
      expect(canaries.inText(inside.toString('base64url'))).toEqual(['canary']);
    }
  });

  it('in a dump of the database', async () => {
    expect(await canaries.inTables(platform)).toContain('directory."user": canary');
    expect(await secrets.inTables(platform)).toEqual([]);
  });

  it("on the database's disk: tables, dead rows and the write-ahead log", () => {
    const data = join(platform.folder, 'postgres', 'data');
    expect(canaries.inFolder(join(data, 'base'))).not.toEqual([]);
    expect(canaries.inFolder(join(data, 'pg_wal'))).not.toEqual([]);
    expect(secrets.inFolder(data)).toEqual([]);
  }, 60_000);

  it('in the streams', () => {
    const events = join(platform.folder, 'nats', 'jetstream');
    expect(new SecretSearch({ subject: 'directory.user.created' }).inFolder(events)).not.toEqual([]);
    expect(secrets.inFolder(events)).toEqual([]);
  });

  it('in what the services and the servers log, at their most talkative', () => {
    const logs = [
      platform.program.errors,
      readFileSync(join(platform.folder, 'nats', 'nats-server.log'), 'utf8'),
      readFileSync(join(platform.folder, 'postgres', 'postgresql.log'), 'utf8'),
    ];
    for (const log of logs) {
      expect(log.length).toBeGreaterThan(100);
      expect(secrets.inText(log)).toEqual([]);
    }
    expect(canaries.inText(platform.program.errors)).toEqual([]);
  });
});

describe('an operator', () => {
  it('rotates the key ring while everything runs', async () => {
    const { code, stderr } = await countersign(platform.folder, 'key', 'rotate');
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    const answer = await platform.application.ask('GET', `${users}/jdoe`);
    expect([answer.status, answer.json.properties.pinHash.value]).toEqual([200, '1234']);
  }, 60_000);

  it('has a doctor that finds nothing wrong here', async () => {
    const { code, stdout } = await countersign(platform.folder, 'doctor');
    expect([code, stdout]).toEqual([0, expect.any(String)]);
  }, 60_000);
});
