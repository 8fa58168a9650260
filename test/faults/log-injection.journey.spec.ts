import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createGroup, operations, updateUser } from '@countersign/contracts';
import { askSubjectOf } from '@countersign/messaging';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { headers } from '@nats-io/transport-node';
import { Application } from '../journeys/application.js';
import { askersOf, BusAskers } from '../journeys/bus-askers.js';
import { countersign } from '../journeys/command-line.js';
import { Platform, type RunningProgram, root } from '../journeys/platform.js';

/** Log injection (Keycloak CVE-2023-6484; ASVS 5.0 16.4.1): what real processes write while hostile text goes everywhere. */
let platform: Platform;
let askers: BusAskers;
let programs: readonly RunningProgram[];
beforeAll(async () => {
  platform = await Platform.start();
  askers = new BusAskers(platform);
  await platform.program.end('SIGKILL');
  const told = { LOG_LEVEL: 'trace', DATABASE_STATEMENT_TIMEOUT_MS: '2000' };
  programs = [
    await platform.join('directory', [], told),
    await platform.join('authentication', [], told),
    await platform.join('gateway', [], told),
  ];
}, 180_000);
afterAll(async () => {
  await askers?.close();
  await platform?.remove();
}, 60_000);

const forged = '{"level":"fatal","service":"forged","message":"forged"}';
const hostile = [
  `a\r\n${forged}\r\n`,
  `a\n${forged}`,
  `a\r${forged}`,
  `a\u2028${forged}\u2029`,
  `a\u0085${forged}`,
  'a\u001b[2J\u001b[31mred\u001b]0;title\u0007',
  'a\u009b31m',
  'a\u0000b',
  'a\u202eb\u2066',
  'a\ud800b',
  `a"}\n${forged}`,
];

const users = '/demo/api/v1/users';
const gatewayUrl = (): string => programs[2]?.url ?? '';
const application = (): Application => new Application({ ...platform.demo, baseUrl: gatewayUrl() });
/** As a header can carry it: what it cannot carry, its client library refuses to send. */
const inHeader = (text: string): string => text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '').trim();

function linesOf(): readonly string[] {
  return programs.flatMap(({ errors }) => errors.split('\n')).filter((line) => line !== '');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

function expectCleanLines(): void {
  const lines = linesOf();
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.filter((line) => controls.test(line))).toEqual([]);
  for (const line of lines) {
    const entry = JSON.parse(line);
    expect(entry).toMatchObject({ level: expect.any(String), time: expect.any(String), service: expect.any(String) });
    expect(entry.service).not.toBe('forged');
  }
}

async function askWith(text: string): Promise<void> {
  const app = application();
  const segment = encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, ''));
  const password = `password ${text}`;
  const properties = { firstName: text, email1: text, phone1: text, pinHash: text };
  const knowledgeBase = { kbq1: { question: text, answer: text } };
  const other = { [text]: text, properties: { ...properties, [text]: text }, knowledgeBase };
  await app.ask('POST', users, { userId: text, password, ...other });
  await app.ask('PUT', `${users}/jdoe`, other);
  await app.ask('GET', `${users}/${segment}`);
  await app.ask('GET', `${users}?username=${segment}`);
  await app.ask('POST', `${users}/jdoe/changepwd`, { currentPassword: password, newPassword: password });
  await app.ask('POST', `${users}/jdoe/groups`, { groupNames: [text] });
  await app.ask('DELETE', users, { user_id: text, domain: text });
  const value = inHeader(text);
  const named = { 'x-request-id': value, 'user-agent': value, 'x-forwarded-for': value, traceparent: value };
  const answer = await app.send(app.prepare('GET', `${users}/jdoe`, { headers: named }));
  expect([...answer.headers].map((pair) => pair.join(': ')).filter((line) => controls.test(line))).toEqual([]);
  await fetch(`${gatewayUrl()}/${segment}`, { headers: { authorization: value, 'x-sa-date': value } });
}

async function askOnBusWith(text: string): Promise<void> {
  for (const operation of operations) {
    for (const asker of askersOf(operation)) {
      await askers.send(asker, operation, { realm: text, userId: text, group: text, [text]: text });
    }
  }
  await askers.send('operator', createGroup, { realm: 'demo', group: text });
  await askers.send('gateway', updateUser, { realm: 'demo', userId: text, name: { given: text } });
  const { connection } = await askers.user('operator');
  const beside = headers();
  for (const name of ['Countersign-Actor', 'Countersign-Via', 'Countersign-Realm', 'traceparent']) {
    beside.set(
      name,
      name === 'Countersign-Actor'
        ? `operator:${encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, ''))}`
        : inHeader(text),
    );
  }
  const subject = askSubjectOf(updateUser.subject, 'operator');
  await connection.request(subject, `{"realm":"demo","userId":${JSON.stringify(text)}`, {
    timeout: 10_000,
    headers: beside,
  });
}

describe('the log of every program', () => {
  it('is one line of JSON for each fact, without control characters, whatever applications send', async () => {
    for (const text of hostile) await askWith(text);
    expectCleanLines();
  }, 120_000);

  it('and whatever is sent on the bus', async () => {
    for (const text of hostile) await askOnBusWith(text);
    expectCleanLines();
  }, 120_000);

  it('and while everything that is asked fails', async () => {
    const before = linesOf().length;
    const thaw = platform.freezeStore();
    try {
      await Promise.all(hostile.slice(0, 4).map(askWith));
    } finally {
      thaw();
    }
    expect(linesOf().length).toBeGreaterThan(before);
    expectCleanLines();
  }, 120_000);
});

describe('the logger of every program', () => {
  it('writes what it is handed in one line, in whatever place: name, value, message or error', () => {
    const built = pathToFileURL(join(root, 'libs', 'observability', 'dist', 'index.js')).href;
    const source = `import { createLogger } from ${JSON.stringify(built)};
      const logger = createLogger({ service: 'spec', level: 'trace' });
      for (const text of ${JSON.stringify(hostile)}) {
        logger.info({ userId: text, [text]: { [text]: [text] }, err: new Error(text) }, text);
        logger.error(new Error(text, { cause: text }));
      }`;
    const { stderr, stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', source], {
      encoding: 'utf8',
    });
    const lines = stderr.trimEnd().split('\n');
    expect([stdout, lines.length]).toEqual(['', 2 * hostile.length]);
    expect(lines.filter((line) => controls.test(line))).toEqual([]);
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ service: 'spec', message: expect.any(String) });
  });
});

describe('what an operator sees', () => {
  it('steers no terminal and forges no line: lists and single users', async () => {
    const values = hostile.filter((text) => !/\0|\p{Surrogate}/u.test(text));
    for (const [index, text] of values.entries()) {
      const made = {
        userId: `shown ${index}`,
        password: 'correct horse battery',
        properties: { firstName: text, lastName: text },
      };
      expect((await application().ask('POST', users, made)).json.status).toBe('success');
    }
    for (const args of [
      ['user', 'list', '--realm', 'demo'],
      ['user', 'show', 'shown 1', '--realm', 'demo'],
      ['user', 'show', 'shown 5', '--realm', 'demo'],
      ['group', 'list', '--realm', 'demo'],
      ['user', 'show', hostile[5] ?? '', '--realm', 'demo'],
      ['realm', 'show', hostile[5] ?? ''],
    ]) {
      for (const form of [[], ['--json']]) {
        const { stdout, stderr } = await countersign(platform.folder, ...args, ...form);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
        const unsafe = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
        expect([args, form, `${stdout}${stderr}`.match(unsafe)?.[0]]).toEqual([args, form, undefined]);
        expect(stdout.split('\n').filter((line) => line.startsWith('{"level"'))).toEqual([]);
      }
    }
  }, 120_000);
});
