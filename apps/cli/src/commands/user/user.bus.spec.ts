import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import {
  eraseUser,
  extendUser,
  listUsers,
  markUser,
  type Operation,
  Problem,
  registerUser,
  renameUser,
  resetPassword,
  resolveUser,
  updateUser,
} from '@countersign/contracts';
import { startTestNats, type TestNats } from '@countersign/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import { run } from '../../run.js';

const id = '0192f0c1-7b7d-7000-8000-000000000001';

let nats: TestNats;
let service: NatsConnection;
let folder: string;
/** What was asked, and what is answered, by subject. */
let asked: { readonly subject: string; readonly request: Record<string, unknown> }[];
let answers: Map<string, (request: Record<string, unknown>) => unknown>;

beforeAll(async () => {
  nats = await startTestNats('');
  service = await connect({ servers: nats.url });
  service.subscribe('countersign.v1.>', {
    callback: (_error, message) => {
      const request = message.json<Record<string, unknown>>();
      asked.push({ subject: message.subject, request });
      const answer = answers.get(message.subject)?.(request) ?? new Problem('internal');
      const marks = headers();
      if (answer instanceof Problem) marks.set('Nats-Service-Error-Code', String(answer.status));
      message.respond(JSON.stringify(answer instanceof Problem ? answer.toBody() : answer), { headers: marks });
    },
  });
  await service.flush();
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
  writeFileSync(join(folder, 'password'), 'correct horse\n', { mode: 0o600 });
});
afterAll(async () => {
  await service?.close();
  await nats?.remove();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  asked = [];
  answers = new Map();
});

function answer(operation: Operation, reply: (request: Record<string, unknown>) => unknown): void {
  answers.set(operation.subject, reply);
}

interface Typing {
  /** Lines that somebody types on a terminal; none: nobody is there. */
  readonly typed?: readonly string[];
}

async function countersign(words: readonly string[], { typed }: Typing = {}) {
  const [stdout, stderr] = [new PassThrough(), Object.assign(new PassThrough(), { isTTY: typed !== undefined })];
  const exitCode = await run({
    typed: [...words, '--realm', 'staff'],
    environment: { NATS_URL: nats.url, XDG_CONFIG_HOME: join(folder, 'config'), NO_COLOR: '1' },
    workingFolder: folder,
    openStdin: () => Readable.from((typed ?? []).map((line) => `${line}\n`)),
    isStdinTerminal: typed !== undefined,
    stdout,
    stderr,
  });
  return { exitCode, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

const requests = (operation: Operation) =>
  asked.filter(({ subject }) => subject === operation.subject).map(({ request }) => request);

describe('countersign user list', () => {
  const user = (at: number, lastName: string) => ({
    id,
    userId: `user${at}`,
    status: 'active',
    lastName,
    createdAt: '2026-11-22T00:00:00.000Z',
  });
  const pages = () =>
    answer(listUsers, ({ after }) =>
      after === undefined
        ? { users: [user(1, 'Do'), user(2, 'Doe')], next: 'c1' }
        : { users: [user(3, '王'.repeat(20))] },
    );

  it('prints all pages as one table that lines up', async () => {
    pages();
    const { stdout, stderr } = await countersign(['user', 'list', '--by', 'lastName', '--prefix', 'do']);
    expect(requests(listUsers)).toMatchObject([
      { realm: 'staff', by: 'lastName', prefix: 'do', limit: 1000 },
      { after: 'c1' },
    ]);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^USER +STATUS +FIRST NAME +LAST NAME +MAIL +CREATED +ID$/);
    expect(lines[1]?.indexOf('Do')).toBe(lines[0]?.indexOf('LAST NAME'));
    expect(lines[3]?.indexOf('王')).toBe(lines[0]?.indexOf('LAST NAME'));
    expect(stderr).toBe('');
  });

  it.each([
    ['json', (text: string) => JSON.parse(text) as unknown[]],
    [
      'jsonl',
      (text: string) =>
        text
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as unknown),
    ],
  ])('prints them as -o %s', async (format, read) => {
    pages();
    const { stdout } = await countersign(['user', 'list', '-o', format]);
    expect(read(stdout)).toMatchObject([{ userId: 'user1' }, { userId: 'user2' }, { userId: 'user3' }]);
  });

  it('prints one page with --limit, and the cursor to go on with', async () => {
    pages();
    const { stdout, stderr } = await countersign(['user', 'list', '--limit', '2', '-o', 'name']);
    expect(requests(listUsers)).toMatchObject([{ limit: 2 }]);
    expect({ stdout, stderr }).toEqual({ stdout: 'user1\nuser2\n', stderr: 'there is more: --after c1\n' });
    expect(await countersign(['user', 'list', '--after', 'c1', '-o', 'name'])).toMatchObject({ stdout: 'user3\n' });
  });

  it('is [] or a sentence when there is nobody', async () => {
    answer(listUsers, () => ({ users: [] }));
    expect(await countersign(['user', 'list', '--json'])).toMatchObject({ stdout: '[]\n' });
    expect(await countersign(['user', 'list'])).toMatchObject({ stdout: '', stderr: 'no users in realm staff\n' });
  });

  it.each([
    [['--status', 'locked', '--by', 'email'], /--by userId only/],
    [['--limit', '0'], /--limit 0/],
    [['--by', 'age'], /age/],
  ])('refuses %j as usage', async (flags, message) => {
    const { exitCode, stderr } = await countersign(['user', 'list', ...flags]);
    expect({ exitCode, asked }).toEqual({ exitCode: 2, asked: [] });
    expect(stderr).toMatch(message);
  });
});

describe('countersign user create', () => {
  beforeEach(() => answer(registerUser, () => ({ id })));

  it('takes the password from a file, and properties as words', async () => {
    const words = ['user', 'create', 'jdoe', 'firstName=J=D', 'phone1=', '--password-file', join(folder, 'password')];
    expect(await countersign(words)).toMatchObject({ exitCode: 0 });
    expect(requests(registerUser)).toMatchObject([
      { realm: 'staff', userId: 'jdoe', password: 'correct horse', properties: { firstName: 'J=D', phone1: '' } },
    ]);
  });

  it('asks for it twice on a terminal, and shows nothing of it', async () => {
    const { exitCode, stdout, stderr } = await countersign(['user', 'create', 'jdoe'], {
      typed: ['typed secret', 'typed secret'],
    });
    expect(exitCode).toBe(0);
    expect(requests(registerUser)).toMatchObject([{ password: 'typed secret' }]);
    expect(stdout + stderr).not.toContain('typed secret');
    expect(await countersign(['user', 'create', 'jdoe'], { typed: ['one', 'other'] })).toMatchObject({ exitCode: 1 });
    expect(await countersign(['user', 'create', 'jdoe'], { typed: [] })).toMatchObject({ exitCode: 1 });
  });

  it('demands the file where nobody can be asked', async () => {
    const { exitCode, stderr } = await countersign(['user', 'create', 'jdoe']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--password-file is missing');
    expect(await countersign(['user', 'create', 'jdoe', '--no-input'], { typed: ['x', 'x'] })).toMatchObject({
      exitCode: 2,
    });
  });

  it('shows no secret in a dry run', async () => {
    writeFileSync(join(folder, 'pin'), '2468', { mode: 0o600 });
    const words = [
      'user',
      'create',
      'jdoe',
      '--password-file',
      join(folder, 'password'),
      '--pin-file',
      join(folder, 'pin'),
      '--dry-run',
    ];
    const { stdout } = await countersign(words);
    expect(JSON.parse(stdout)).toMatchObject({ request: { password: '***', properties: { pinHash: '***' } } });
    expect(asked).toEqual([]);
  });

  it('warns of a password file that others may open, and refuses one of several lines', async () => {
    writeFileSync(join(folder, 'open'), 'secret one\n', { mode: 0o644 });
    const { stderr } = await countersign(['user', 'create', 'jdoe', '--password-file', join(folder, 'open')]);
    expect(stderr).toContain('others may open');
    writeFileSync(join(folder, 'lines'), 'secret one\nsecret two\n', { mode: 0o600 });
    const refused = await countersign(['user', 'create', 'jdoe', '--password-file', join(folder, 'lines')]);
    expect(refused).toMatchObject({ exitCode: 2 });
    expect(refused.stderr).not.toContain('secret one');
  });

  it.each([
    [['surname=x'], /surname is no property/],
    [['firstName'], /firstName has no value/],
    [['pinHash=1234'], /shows in process lists/],
    [['firstName=a', 'firstName=b'], /given twice/],
    [['--question', 'kbq1=Pet?'], /no --answer-file kbq1/],
    [['--question', 'kbq7=Pet?'], /kbq7 is no question/],
  ])('refuses %j as usage', async (more, message) => {
    const { exitCode, stderr } = await countersign([
      'user',
      'create',
      'jdoe',
      '--password-file',
      join(folder, 'password'),
      ...more,
    ]);
    expect({ exitCode, asked }).toEqual({ exitCode: 2, asked: [] });
    expect(stderr).toMatch(message);
  });
});

describe('countersign user set', () => {
  it('changes properties and questions, and extended properties by their own operation', async () => {
    answer(updateUser, () => ({ id }));
    answer(extendUser, () => ({ id }));
    writeFileSync(join(folder, 'answer'), 'Rex\n', { mode: 0o600 });
    const words = [
      'user',
      'set',
      'jdoe',
      'auxId1=7',
      'auxId2=',
      'pinHash=',
      '--question',
      'kbq1=Pet?',
      '--question',
      'kbq2=',
    ];
    const more = [
      '--answer-file',
      `kbq1=${join(folder, 'answer')}`,
      '--ext',
      'ExtProperty1=x',
      '--ext',
      'ExtProperty2=',
    ];
    expect(await countersign([...words, ...more])).toMatchObject({ exitCode: 0 });
    expect(requests(updateUser)).toMatchObject([
      {
        properties: { auxId1: '7', auxId2: '', pinHash: '' },
        knowledgeBase: { kbq1: { question: 'Pet?', answer: 'Rex' }, kbq2: { question: '', answer: '' } },
      },
    ]);
    expect(requests(extendUser)).toMatchObject([{ extendedProperties: { ExtProperty1: 'x', ExtProperty2: '' } }]);
  });

  it('says what was done when the second operation is refused', async () => {
    answer(updateUser, () => ({ id }));
    answer(extendUser, () => new Problem('store.unavailable'));
    const { exitCode, stderr } = await countersign(['user', 'set', 'jdoe', 'auxId1=7', '--ext', 'ExtProperty1=x']);
    expect(exitCode).toBe(6);
    expect(stderr).toContain('extended properties are not');
  });

  it('refuses to do nothing, and an unknown key, before anything is asked', async () => {
    expect(await countersign(['user', 'set', 'jdoe'])).toMatchObject({ exitCode: 2 });
    expect(await countersign(['user', 'set', 'jdoe', 'auxId1=7', '--ext', 'auxId2=x'])).toMatchObject({ exitCode: 2 });
    expect(asked).toEqual([]);
  });
});

describe('countersign user disable, enable, unlock', () => {
  it.each([
    ['disable', 'disabled', ['active', 'locked', 'password_expired']],
    ['enable', 'active', ['disabled']],
    ['unlock', 'active', ['locked', 'password_expired']],
  ])('%s acts only on the states that it is for', async (verb, status, from) => {
    answer(markUser, () => ({ id, isMarked: true }));
    answer(resolveUser, () => ({ id, userId: 'jdoe', state: from[0] }));
    expect(await countersign(['user', verb, 'jdoe'])).toMatchObject({ exitCode: 0 });
    expect(requests(markUser)).toEqual([{ realm: 'staff', userId: 'jdoe', status, from }]);
  });

  it('say that it did not apply, and what would', async () => {
    answer(markUser, () => ({ id, isMarked: false }));
    answer(resolveUser, () => ({ id, userId: 'jdoe', state: 'disabled' }));
    const { exitCode, stderr } = await countersign(['user', 'unlock', 'jdoe']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('jdoe is disabled, not locked or password_expired: nothing changed');
    expect(stderr).toContain('user enable');
  });

  it('take a user who is so already as done', async () => {
    answer(resolveUser, () => ({ id, userId: 'jdoe', state: 'group_missing' }));
    const { exitCode, stderr, stdout } = await countersign(['user', 'enable', 'jdoe']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: 'jdoe is active already: nothing changed\n' });
    expect(stdout).toMatch(/changed +no/);
  });
});

describe('countersign user rename, reset-password, erase', () => {
  it('rename', async () => {
    answer(renameUser, () => ({ id }));
    expect(await countersign(['user', 'rename', 'jdoe', 'jsmith', '--json'])).toMatchObject({ exitCode: 0 });
    expect(requests(renameUser)).toEqual([{ realm: 'staff', userId: 'jdoe', newUserId: 'jsmith' }]);
  });

  it('reset-password works whatever the state of the user', async () => {
    answer(resetPassword, () => ({ id }));
    const words = ['user', 'reset-password', 'jdoe', '--password-file', join(folder, 'password')];
    expect(await countersign(words)).toMatchObject({ exitCode: 0 });
    expect(requests(resetPassword)).toEqual([
      { realm: 'staff', userId: 'jdoe', password: 'correct horse', reportAccountState: false },
    ]);
  });

  it.each([
    [[], undefined, 2],
    [['--yes'], undefined, 2],
    [['--confirm', 'jdo'], undefined, 2],
    [[], ['n'], 1],
    [['--no-input'], ['y'], 2],
    [['--confirm', 'jdoe'], undefined, 0],
    [[], ['y'], 0],
    [['--yes'], [], 0],
  ] as const)('erase with %j, answered %j, ends with %i', async (flags, typed, expected) => {
    answer(eraseUser, () => ({ id }));
    const { exitCode } = await countersign(['user', 'erase', 'jdoe', ...flags], typed === undefined ? {} : { typed });
    expect({ exitCode, times: requests(eraseUser).length }).toEqual({
      exitCode: expected,
      times: expected === 0 ? 1 : 0,
    });
  });
});
