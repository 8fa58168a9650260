import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { countUsers, importUsers, Problem, type ProblemCode, type RequestOf, showRealm } from '@countersign/contracts';
import { startTestNats, type TestNats } from '@countersign/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connect, headers, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { run } from '../../../run.js';

type Chunk = RequestOf<typeof importUsers>;

let nats: TestNats;
let service: NatsConnection;
let folder: string;
/** What the services know, and what they were asked. */
let users: Map<string, string>;
let keys: string[];
let answered: Map<string, unknown>;
let realmId: string;
/** May refuse the n-th ask of an import, counted from 1, or keep silent. */
let refuse: (ask: number, chunk: Chunk) => ProblemCode | 'silence' | 'silence once done' | undefined;

beforeAll(async () => {
  nats = await startTestNats('');
  service = await connect({ servers: nats.url });
  answer(showRealm.subject, () => ({
    realmId,
    realm: 'staff',
    profile: 'compat',
    settings: {},
    createdAt: '2026-11-22T00:00:00.000Z',
  }));
  answer(countUsers.subject, () => ({ users: users.size }));
  answer(importUsers.subject, (body, key) => {
    const chunk = importUsers.request.parse(body) as Chunk;
    keys.push(key);
    const refusal = refuse(keys.length, chunk);
    if (refusal === 'silence') return undefined;
    if (refusal !== undefined && refusal !== 'silence once done') throw new Problem(refusal);
    if (!answered.has(key)) answered.set(key, { outcomes: chunk.users.map((user) => outcomeOf(user, chunk.dryRun)) });
    return refusal === undefined ? answered.get(key) : undefined;
  });
  await service.flush();
});
afterAll(async () => {
  await service?.close();
  await nats?.remove();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
  users = new Map();
  keys = [];
  answered = new Map();
  realmId = '0192f0c1-7b7d-7000-8000-000000000001';
  refuse = () => undefined;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function outcomeOf(user: Chunk['users'][number], dryRun: boolean): object {
  if (user.properties['email1'] === 'none') return { outcome: 'refused', problem: 'user.email_invalid' };
  const there = users.get(user.userId.toLowerCase());
  if (there !== undefined) return { outcome: there === JSON.stringify(user) ? 'same' : 'different' };
  if (!dryRun) users.set(user.userId.toLowerCase(), JSON.stringify(user));
  return { outcome: 'created' };
}

/** Answers single asks and batches of them, as the services do. */
function answer(subject: string, reply: (body: unknown, key: string) => unknown): void {
  const replyTo = (body: unknown, key: string): { status: number; body: unknown } | undefined => {
    try {
      const answer = reply(body, key);
      return answer === undefined ? undefined : { status: 200, body: answer };
    } catch (error) {
      return { status: (error as Problem).status, body: (error as Problem).toBody() };
    }
  };
  const single = (message: Msg) => {
    const answer = replyTo(message.json(), message.headers?.get('Countersign-Idempotency-Key') ?? '');
    const marks = headers();
    if (answer !== undefined && answer.status !== 200) marks.set('Nats-Service-Error-Code', String(answer.status));
    if (answer !== undefined) message.respond(JSON.stringify(answer.body), { headers: marks });
  };
  const batch = (message: Msg) => {
    const items = message.json<{ id: number; h: Record<string, string>; b: unknown }[]>();
    const answers = items.flatMap(({ id, h, b }) => {
      const answer = replyTo(b, h['Countersign-Idempotency-Key'] ?? '');
      return answer === undefined ? [] : [{ id, s: answer.status, b: answer.body }];
    });
    const marks = headers();
    marks.set('Countersign-Batch', String(answers.length));
    message.respond(JSON.stringify(answers), { headers: marks });
  };
  service.subscribe(subject, {
    callback: (_error, message) => (message.headers?.has('Countersign-Batch') ? batch(message) : single(message)),
  });
}

async function importFile(file: string, flags: readonly string[] = [], stdin = '') {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const exitCode = await run({
    typed: ['user', 'import', file, '--realm', 'staff', '--json', ...flags],
    environment: { NATS_URL: nats.url, XDG_CONFIG_HOME: join(folder, 'config') },
    workingFolder: folder,
    openStdin: () => Readable.from([Buffer.from(stdin)]),
    isStdinTerminal: false,
    stdout,
    stderr,
  });
  const printed = String(stdout.read() ?? '');
  return { exitCode, stderr: String(stderr.read() ?? ''), report: printed === '' ? undefined : JSON.parse(printed) };
}

function written(name: string, lines: readonly (object | string)[]): string {
  const path = join(folder, name);
  writeFileSync(path, lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''));
  return path;
}

const many = (count: number) => Array.from({ length: count }, (_, at) => ({ userId: `user${at}`, groups: ['staff'] }));
const stateOf = (file: string) => JSON.parse(readFileSync(`${file}.import.json`, 'utf8')) as Record<string, unknown>;
const refusedIn = (file: string) =>
  readFileSync(`${file}.refused.jsonl`, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

describe('an import', () => {
  it('creates every user of the file, in chunks, and accounts for each', async () => {
    const file = written('users.jsonl', many(1_001));
    const { exitCode, report } = await importFile(file);
    expect(exitCode).toBe(0);
    expect(report).toMatchObject({
      read: 1_001,
      created: 1_001,
      same: 0,
      different: 0,
      refused: 0,
      usersBefore: 0,
      usersAfter: 1_001,
      reconciled: true,
    });
    expect(users.size).toBe(1_001);
    expect(keys).toHaveLength(5);
    expect(existsSync(`${file}.import.json`)).toBe(false);
    expect(existsSync(`${file}.refused.jsonl`)).toBe(false);
  });

  it('from CSV hands over what JSON Lines would', async () => {
    const file = written('users.csv', [
      'Login,Mail,groups,kbq1.question,kbq1.answer,ExtProperty1',
      'jdoe,=x@example.com,a;b,Pet?,"Rex, ""the"" dog",7',
    ]);
    const { exitCode } = await importFile(file, [
      '--column',
      'Login=userId',
      '--column',
      'Mail=email1',
      '--create-groups',
    ]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(users.get('jdoe') ?? '')).toEqual({
      userId: 'jdoe',
      status: 'active',
      groups: ['a', 'b'],
      properties: { email1: '=x@example.com' },
      knowledgeBase: { kbq1: { question: 'Pet?', answer: 'Rex, "the" dog' } },
      extendedProperties: { ExtProperty1: '7' },
    });
  });

  it('of users who are there says so and creates nobody', async () => {
    const file = written('users.jsonl', many(3));
    await importFile(file);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"user1","groups":["staff"]', '"USER1","groups":[]'));
    const { exitCode, report } = await importFile(file);
    expect({ exitCode, report }).toMatchObject({
      exitCode: 0,
      report: { created: 0, same: 2, different: 1, reconciled: true },
    });
  });

  it('reads stdin, which leaves no state behind', async () => {
    const { exitCode, report } = await importFile('-', ['--format', 'jsonl'], '{"userId":"a"}\n{"userId":"b"}');
    expect({ exitCode, report }).toMatchObject({ exitCode: 0, report: { created: 2, file: '-' } });
  });

  it('says when others have changed the realm meanwhile', async () => {
    refuse = () => void users.set('somebody else', '');
    const { exitCode, report, stderr } = await importFile(written('users.jsonl', many(2)));
    expect({ exitCode, report }).toMatchObject({
      exitCode: 0,
      report: { created: 2, usersAfter: 3, reconciled: false },
    });
    expect(stderr).toContain('2 users were to be expected, there are 3');
  });

  it('as a dry run asks the services and changes nothing', async () => {
    const file = written('users.jsonl', [...many(2), { userId: 'x', properties: { email1: 'none' } }]);
    const { exitCode, report } = await importFile(file, ['--dry-run']);
    expect({ exitCode, report }).toMatchObject({
      exitCode: 7,
      report: { dryRun: true, created: 2, refused: 1, reconciled: true },
    });
    expect(users.size).toBe(0);
    expect(existsSync(`${file}.import.json`)).toBe(false);
  });
});

describe('a record that is refused', () => {
  const hash = '$2b$12$abcdefghijklmnopqrstuuXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX';
  const lines = [
    { userId: 'good', passwordHash: hash },
    { userId: 'no mail', passwordHash: hash, properties: { email1: 'none' } },
    'no json',
    { userId: 'misspelt', pasword: hash },
    { [hash]: hash },
    { userId: 'number', properties: { email1: 7 } },
    `{"userId":"${'x'.repeat(400_000)}"}`,
    '',
    { userId: 'good too' },
  ];

  it('is written down with its line, keeps no other from being created, and makes the exit code 7', async () => {
    const file = written('users.jsonl', lines);
    const { exitCode, report } = await importFile(file);
    expect({ exitCode, report }).toMatchObject({
      exitCode: 7,
      report: { read: 8, created: 2, refused: 6, refusedFile: `${file}.refused.jsonl`, reconciled: true },
    });
    expect(refusedIn(file)).toEqual([
      { line: 2, userId: 'no mail', problem: 'user.email_invalid' },
      { line: 3, problem: 'request.malformed', detail: 'is not JSON' },
      { line: 4, userId: 'misspelt', problem: 'request.malformed', detail: 'unknown field pasword' },
      { line: 5, problem: 'request.malformed', detail: expect.stringContaining('(a name that is none)') },
      { line: 6, userId: 'number', problem: 'request.malformed', detail: expect.stringContaining('properties.email1') },
      { line: 7, problem: 'request.malformed', detail: 'is longer than 380000 bytes' },
    ]);
  });

  it('is personal: nobody else may read of it, and the password hash is never written', async () => {
    const file = written('users.jsonl', lines);
    await importFile(file);
    expect(statSync(`${file}.refused.jsonl`).mode & 0o777).toBe(0o600);
    expect(readFileSync(`${file}.refused.jsonl`, 'utf8')).not.toContain('abcdefghij');
  });

  it('makes the exit code 1 when nothing was taken', async () => {
    expect(await importFile(written('users.jsonl', ['x', 'y']))).toMatchObject({
      exitCode: 1,
      report: { read: 2, refused: 2 },
    });
    expect(keys).toEqual([]);
  });

  it('of an import before is not there any more', async () => {
    const file = written('users.jsonl', lines);
    await importFile(file);
    writeFileSync(file, '{"userId":"a"}\n');
    await importFile(file);
    expect(existsSync(`${file}.refused.jsonl`)).toBe(false);
  });
});

describe('an import that meets an outage', () => {
  it.each(['bus.overloaded', 'store.unavailable', 'password.hashing_overloaded'] as const)(
    'asks again under the same key: %s',
    async (code) => {
      refuse = (ask) => (ask <= 2 ? code : undefined);
      expect(await importFile(written('users.jsonl', many(2)))).toMatchObject({ exitCode: 0, report: { created: 2 } });
      expect(keys).toHaveLength(3);
      expect(new Set(keys).size).toBe(1);
    },
  );

  it('gives up when --timeout is over, with 6, and is gone on with by the same command', async () => {
    const file = written('users.jsonl', many(1_600));
    refuse = (_, { users: [first] }) => (first?.userId === 'user500' ? 'bus.unavailable' : undefined);
    const left = await importFile(file, ['--timeout', '700ms']);
    expect(left).toMatchObject({ exitCode: 6, report: undefined });
    expect(stateOf(file)).toMatchObject({ chunksDone: 2, tally: { created: 500 } });
    expect(statSync(`${file}.import.json`).mode & 0o777).toBe(0o600);
    const before = new Set(keys);
    const asked = keys.length;
    refuse = () => undefined;
    const { exitCode, report } = await importFile(file);
    expect({ exitCode, report }).toMatchObject({
      exitCode: 0,
      report: { read: 1_600, created: 1_600, usersBefore: 0, reconciled: true },
    });
    expect(keys.length - asked).toBeLessThan(7);
    expect(keys.slice(asked).filter((key) => before.has(key))).not.toEqual([]);
    expect(existsSync(`${file}.import.json`)).toBe(false);
  });

  it('counts users as created whose creation was never answered', async () => {
    const file = written('users.jsonl', many(300));
    refuse = (_, { users: [first] }) => (first?.userId === 'user250' ? 'silence once done' : undefined);
    expect(await importFile(file, ['--timeout', '600ms'])).toMatchObject({ exitCode: 6 });
    expect(users.size).toBe(300);
    refuse = () => undefined;
    expect(await importFile(file)).toMatchObject({ exitCode: 0, report: { created: 300, same: 0, reconciled: true } });
  });

  it('does not ask again for what will not pass', async () => {
    refuse = () => 'request.too_large';
    expect(await importFile(written('users.jsonl', many(2)))).toMatchObject({ exitCode: 1 });
    expect(keys).toHaveLength(1);
  });
});

describe('an import that cannot begin', () => {
  it.each([
    ['a column that nobody knows', ['userId,surname', 'a,b'], 2],
    ['quotes that do not come out even', ['userId,firstName', 'a,"b'], 1],
  ])('for %s leaves nothing behind', async (_, lines, expected) => {
    const file = written('users.csv', lines);
    expect(await importFile(file)).toMatchObject({ exitCode: expected });
    expect(readdirSync(folder)).toEqual(['users.csv']);
    expect(keys).toEqual([]);
  });

  it('is one that is under way in another process', async () => {
    const file = written('users.jsonl', many(1));
    writeFileSync(`${file}.refused.jsonl.lock`, `${process.ppid}\n`);
    const { exitCode, stderr } = await importFile(file);
    expect({ exitCode, users: users.size }).toEqual({ exitCode: 1, users: 0 });
    expect(stderr).toContain(`under way in another process (pid ${process.ppid})`);
  });
});

describe('an import that was interrupted', () => {
  const interrupted = async (lines: readonly (object | string)[]) => {
    const file = written('users.jsonl', lines);
    refuse = (_, { users: chunk }) => (chunk.some(({ userId }) => userId === 'stop') ? 'internal' : undefined);
    expect(await importFile(file)).toMatchObject({ exitCode: 1 });
    refuse = () => undefined;
    return file;
  };

  it('writes down each refusal once, in the order of the file, also of chunks that were done ahead', async () => {
    const bad = (at: number) => ({ userId: `bad${at}`, properties: { email1: 'none' } });
    const file = await interrupted([
      bad(1),
      ...many(250),
      bad(252),
      { userId: 'stop' },
      ...many(700).slice(250),
      bad(704),
    ]);
    writeFileSync(
      `${file}.refused.jsonl`,
      `${readFileSync(`${file}.refused.jsonl`, 'utf8')}{"line":9,"of":"a crash"}\n`,
    );
    expect(await importFile(file)).toMatchObject({
      exitCode: 7,
      report: { created: 701, refused: 3, reconciled: true },
    });
    expect(refusedIn(file)).toMatchObject([{ line: 1 }, { line: 252 }, { line: 704 }]);
  });

  it('loses and doubles nothing when it was killed between two notes of where it is', async () => {
    const bad = { userId: 'bad', properties: { email1: 'none' } };
    const file = written('users.jsonl', [bad, ...many(250), 'no json', { userId: 'stop' }]);
    refuse = () => 'internal';
    await importFile(file);
    const early = readFileSync(`${file}.import.json`);
    refuse = (_, { users: chunk }) => (chunk.some(({ userId }) => userId === 'stop') ? 'internal' : undefined);
    await importFile(file);
    expect(users.size).toBe(249);
    writeFileSync(`${file}.import.json`, early);
    refuse = () => undefined;
    expect(await importFile(file)).toMatchObject({
      exitCode: 7,
      report: { created: 251, same: 0, refused: 2, reconciled: true },
    });
    expect(refusedIn(file)).toMatchObject([{ line: 1 }, { line: 252 }]);
  });

  it('is not gone on with when its file has changed, but begun anew with --restart', async () => {
    const file = await interrupted([...many(250), { userId: 'stop' }]);
    writeFileSync(file, `${readFileSync(file, 'utf8')}{"userId":"late"}\n`);
    const { exitCode, stderr } = await importFile(file);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('the file has changed since its import began');
    expect(stderr).toContain('--restart');
    expect(await importFile(file, ['--restart'])).toMatchObject({
      exitCode: 0,
      report: { created: 2, same: 250, usersBefore: 250, reconciled: true },
    });
  });

  it('is not gone on with in another realm of the same name, nor when asked for otherwise', async () => {
    const file = await interrupted([...many(250), { userId: 'stop' }]);
    expect((await importFile(file, ['--create-groups'])).stderr).toContain('was asked for with other');
    realmId = '0192f0c1-7b7d-7000-8000-000000000002';
    expect((await importFile(file)).stderr).toContain('of another system');
    writeFileSync(`${file}.import.json`, '{"version":');
    expect((await importFile(file)).stderr).toContain('is not the state of an import');
  });
});

describe('a user id that is twice in a file', () => {
  it('is the first one, also when the chunk that it is in is answered last', async () => {
    refuse = (ask) => (ask === 1 ? 'bus.overloaded' : undefined);
    const file = written('users.jsonl', [
      { userId: 'twice', groups: ['first'] },
      ...many(600),
      { userId: 'TWICE', groups: ['second'] },
    ]);
    expect(await importFile(file)).toMatchObject({ exitCode: 0, report: { created: 601, different: 1 } });
    expect(users.get('twice')).toContain('first');
  });
});
