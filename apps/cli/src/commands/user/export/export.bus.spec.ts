import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import {
  countUsers,
  exportPasswords,
  exportSecrets,
  exportUsers,
  importUsers,
  type Operation,
  Problem,
  type RequestOf,
  showRealm,
} from '@countersign/contracts';
import { startTestNats, type TestNats } from '@countersign/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connect, headers, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { run } from '../../../run.js';

type User = RequestOf<typeof importUsers>['users'][number];

let nats: TestNats;
let service: NatsConnection;
let folder: string;
/** Users by realm, and how often the n-th page has been asked for. */
let realms: Map<string, User[]>;
let refuseOnce: Operation | undefined;
let tooLarge: { id: string; userId: string }[];

const idOf = (at: number) => `0192f0c1-7b7d-7000-8000-${String(at).padStart(12, '0')}`;
const usersOf = (realm: string) => realms.get(realm) ?? [];
/** Small pages, so that there are several. */
const pageSize = 3;

const secretsOf = (realm: string, ids: readonly string[]) =>
  usersOf(realm).flatMap(({ properties: { pinHash }, knowledgeBase }, at) => {
    const answers = Object.entries(knowledgeBase).map(([key, { answer }]) => [key, answer] as const);
    const values = Object.fromEntries([...answers, ...(pinHash === undefined ? [] : [['pinHash', pinHash] as const])]);
    return ids.includes(idOf(at)) ? [{ id: idOf(at), values }] : [];
  });

beforeAll(async () => {
  nats = await startTestNats('');
  service = await connect({ servers: nats.url });
  answer(showRealm, ({ realm }) => ({
    realmId: idOf(1),
    realm,
    profile: 'compat',
    settings: {},
    createdAt: '2026-11-22T00:00:00.000Z',
  }));
  answer(countUsers, ({ realm }) => ({ users: usersOf(realm).length }));
  answer(importUsers, (request) => {
    const { realm, users } = importUsers.request.parse(request) as RequestOf<typeof importUsers>;
    realms.set(realm, [...usersOf(realm), ...users]);
    return { outcomes: users.map(() => ({ outcome: 'created' })) };
  });
  answer(exportUsers, ({ realm, after }) => {
    const from = Number(after ?? 0);
    const page = usersOf(realm).slice(from, from + pageSize);
    const users = page.map(
      (
        { userId, status, groups, extendedProperties, properties: { pinHash: _, ...properties }, knowledgeBase },
        at,
      ) => {
        const questions = Object.fromEntries(
          Object.entries(knowledgeBase).map(([key, { question }]) => [key, question]),
        );
        return { id: idOf(from + at), userId, status, groups, extendedProperties, properties, questions };
      },
    );
    if (from === 0) return { users, tooLarge, ...(usersOf(realm).length > pageSize ? { next: String(pageSize) } : {}) };
    return { users, ...(from + pageSize < usersOf(realm).length ? { next: String(from + pageSize) } : {}) };
  });
  answer(exportPasswords, ({ realm, ids }) => ({
    passwords: usersOf(realm).flatMap(({ passwordHash }, at) =>
      passwordHash === undefined || !(ids as string[]).includes(idOf(at)) ? [] : [{ id: idOf(at), passwordHash }],
    ),
  }));
  answer(exportSecrets, ({ realm, ids: all }) => {
    // as if a message had room for those of two users
    const ids = (all as string[]).slice(0, 2);
    const remaining = (all as string[]).slice(2);
    return { secrets: secretsOf(realm, ids), ...(remaining.length === 0 ? {} : { remaining }) };
  });
  await service.flush();
});
afterAll(async () => {
  await service?.close();
  await nats?.remove();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
  realms = new Map([['staff', staff]]);
  refuseOnce = undefined;
  tooLarge = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Asked extends Record<string, unknown> {
  readonly realm: string;
}

function answer(operation: Operation, reply: (request: Asked) => unknown): void {
  const callback = (_error: unknown, message: Msg) => {
    const marks = headers();
    if (refuseOnce === operation) {
      refuseOnce = undefined;
      marks.set('Nats-Service-Error-Code', '503');
      message.respond(JSON.stringify(new Problem('store.unavailable').toBody()), { headers: marks });
    } else message.respond(JSON.stringify(reply(message.json<Asked>())), { headers: marks });
  };
  service.subscribe(operation.subject, { callback });
}

async function countersign(...typed: string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const exitCode = await run({
    typed,
    environment: { NATS_URL: nats.url, XDG_CONFIG_HOME: join(folder, 'config'), NO_COLOR: '1' },
    workingFolder: folder,
    openStdin: () => new PassThrough(),
    isStdinTerminal: false,
    stdout,
    stderr,
  });
  return { exitCode, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

const empty = { status: 'active', groups: [], properties: {}, knowledgeBase: {}, extendedProperties: {} } as const;
/** Whatever spreadsheets and separators spoil. */
const staff: User[] = [
  { ...empty, groups: [], userId: '=cmd|" /C calc"!A0' },
  { ...empty, userId: '+49 170', groups: ['a;b', 'CORP\\staff', '=1+1'], passwordHash: '$2b$12$abc' },
  {
    ...empty,
    groups: [],
    userId: '-1',
    properties: { firstName: '@SUM(A1)', lastName: 'one\r\n"two",\n;', pinHash: '0042' },
  },
  {
    ...empty,
    groups: [],
    userId: '王小明',
    status: 'password_expired',
    extendedProperties: { ExtProperty10: '\ufeff', ExtProperty2: ' x ' },
  },
  { ...empty, groups: [], userId: "O'Neil, Sean", knowledgeBase: { kbq2: { question: '=Pet?', answer: ' Rex\t' } } },
  { ...empty, groups: [], userId: 'last', status: 'disabled', passwordHash: '{SSHA}x,y' },
];

describe('an export', () => {
  it.each(['jsonl', 'csv'])('as %s, imported into another realm, gives the same users', async (format) => {
    const file = join(folder, `users.${format}`);
    const exported = await countersign(
      'user',
      'export',
      file,
      '--realm',
      'staff',
      '--passwords',
      '--secrets',
      '--json',
    );
    expect(exported).toMatchObject({ exitCode: 0, stdout: `${JSON.stringify({ realm: 'staff', file, users: 6 })}\n` });
    expect(await countersign('user', 'import', file, '--realm', 'other')).toMatchObject({ exitCode: 0 });
    expect(realms.get('other')).toEqual(staff);
    expect(realms.get('other')).toHaveLength(6);
  });

  it('is for its owner only, and says loudly what it hands out', async () => {
    const file = join(folder, 'users.csv');
    const { stderr } = await countersign('user', 'export', file, '--realm', 'staff', '--passwords', '--secrets');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(stderr).toMatch(/warning: PASSWORD HASHES of all users/);
    expect(stderr).toMatch(/warning: PINS AND ANSWERS of all users .* IN CLEAR/);
    expect(readdirSync(folder)).toEqual(['users.csv']);
  });

  it.each(['jsonl', 'csv'])('as %s has neither hashes nor secrets unless they are asked for', async (format) => {
    const { exitCode, stdout, stderr } = await countersign('user', 'export', '--format', format, '--realm', 'staff');
    expect(exitCode).toBe(0);
    for (const secret of ['$2b$', 'SSHA', '0042', 'Rex', 'kbq2', 'passwordHash']) expect(stdout).not.toContain(secret);
    expect(stderr).toContain('they need --secrets');
    expect(stderr).not.toContain('warning');
  });

  it('in CSV has the columns that are in use, and puts nothing before a formula', async () => {
    const { stdout } = await countersign('user', 'export', '-', '--format', 'csv', '--realm', 'staff');
    const [header, first] = stdout.split('\r\n');
    expect(header).toBe('userId,status,groups,firstName,lastName,ExtProperty2,ExtProperty10');
    expect(first).toBe('"=cmd|"" /C calc""!A0",active,,,,,');
  });

  it('of an empty realm is empty, or a header row', async () => {
    expect(await countersign('user', 'export', '-', '--realm', 'none')).toMatchObject({ exitCode: 0, stdout: '' });
    const csv = await countersign('user', 'export', '-', '--realm', 'none', '--format', 'csv');
    expect(csv).toMatchObject({ exitCode: 0, stdout: 'userId,status\r\n' });
  });

  it('replaces a file only with --yes, and leaves the old one when it fails', async () => {
    const file = join(folder, 'users.jsonl');
    writeFileSync(file, 'old');
    expect(await countersign('user', 'export', file, '--realm', 'staff')).toMatchObject({ exitCode: 2 });
    refuseOnce = exportUsers;
    const failed = await countersign('user', 'export', file, '--realm', 'staff', '--yes', '--timeout', '100ms');
    expect(failed).toMatchObject({ exitCode: 6 });
    expect(readFileSync(file, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['users.jsonl']);
    expect(await countersign('user', 'export', file, '--realm', 'staff', '--yes')).toMatchObject({ exitCode: 0 });
    expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(6);
  });

  it.each([exportUsers, exportPasswords, exportSecrets])(
    'asks again when the system is not up to it: %#',
    async (operation) => {
      refuseOnce = operation;
      const { exitCode, stdout } = await countersign(
        'user',
        'export',
        '-',
        '--realm',
        'staff',
        '--passwords',
        '--secrets',
      );
      expect(exitCode).toBe(0);
      expect(stdout.trimEnd().split('\n')).toHaveLength(6);
    },
  );

  it('names who is larger than a message, writes all others, and says by its exit code that some are missing', async () => {
    tooLarge = [{ id: idOf(77), userId: 'giant' }];
    const { exitCode, stdout, stderr } = await countersign('user', 'export', '-', '--realm', 'staff', '--secrets');
    expect(exitCode).toBe(7);
    expect(stdout.trimEnd().split('\n')).toHaveLength(6);
    expect(stderr).toContain('warning: user giant is left out');
  });

  it('as a dry run writes nothing', async () => {
    const file = join(folder, 'users.jsonl');
    expect(await countersign('user', 'export', file, '--realm', 'staff', '--dry-run')).toMatchObject({ exitCode: 0 });
    expect(existsSync(file)).toBe(false);
  });
});
