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
  usersOf(realm).flatMap(({ pin, questions }, at) => {
    const answers = Object.fromEntries(Object.entries(questions).map(([key, { answer }]) => [key, answer]));
    const hasSome = pin !== undefined || Object.keys(answers).length > 0;
    return ids.includes(idOf(at)) && hasSome ? [{ id: idOf(at), pin, answers }] : [];
  });

/** As the directory keeps them: with ids and times of its own, every kind named. */
const contactsOf = (contacts: User['phones']) =>
  contacts.map((contact) => ({ id: idOf(9), kind: 'other', addedAt: '2026-11-22T00:00:00.000Z', ...contact }));

beforeAll(async () => {
  nats = await startTestNats('');
  service = await connect({ servers: nats.url });
  answer(showRealm, ({ realm }) => ({
    realmId: idOf(1),
    realm,
    spelledAs: realm,
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
    const users = page.map(({ passwordHash: _, pin: __, emails, phones, questions, ...values }, at) => ({
      ...values,
      id: idOf(from + at),
      emails: contactsOf(emails),
      phones: contactsOf(phones),
      questions: Object.fromEntries(Object.entries(questions).map(([key, { question }]) => [key, question])),
    }));
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

const user = (userId: string, values: Partial<User> = {}): User => ({
  ...{ state: 'active', groups: [], aliases: [], name: {}, emails: [], phones: [], attributes: {}, questions: {} },
  ...values,
  userId,
});
/** Whatever spreadsheets and separators spoil. */
const staff: User[] = [
  user('=cmd|" /C calc"!A0'),
  user('+49 170', {
    groups: ['a;b', 'CORP\\staff', '=1+1'],
    passwordHash: '$2b$12$abc',
    aliases: ['CORP\\+49', 'x;y'],
  }),
  user('-1', { name: { given: '@SUM(A1)', family: 'one\r\n"two",\n;' }, pin: '0042', notes: '=1\n2' }),
  user('王小明', {
    state: 'password_expired',
    attributes: { extended10: '\ufeff', extended2: ' x ' },
    phones: [
      { position: 1, value: '+1 "2"', kind: 'mobile', verifiedAt: '2026-11-22T00:00:00.000Z' },
      {
        position: 12,
        value: '=3',
        kind: 'work',
        extension: '0',
        label: ';',
        details: { platform: 'ios,"x"', none: '' },
      },
    ],
    emails: [{ position: 2, value: 'x@example.com', kind: 'other' }],
  }),
  user("O'Neil, Sean", {
    questions: { 2: { question: '=Pet?', answer: ' Rex\t' }, help_desk: { question: 'a', answer: 'b' } },
  }),
  user('last', {
    state: 'disabled',
    passwordHash: '{SSHA}x,y',
    displayName: 'L',
    externalId: '007',
    locale: 'de',
    timezone: 'UTC',
  }),
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
    for (const secret of ['$2b$', 'SSHA', '0042', 'Rex', 'questions', 'passwordHash'])
      expect(stdout).not.toContain(secret);
    expect(stderr).toContain('they need --secrets');
    expect(stderr).not.toContain('warning');
  });

  it('in CSV has the columns that are in use, and puts nothing before a formula', async () => {
    const { stdout } = await countersign('user', 'export', '-', '--format', 'csv', '--realm', 'staff');
    const [header, first] = stdout.split('\r\n');
    expect(header?.split(',')).toEqual([
      ...['userId', 'state', 'aliases', 'displayName', 'name.family', 'name.given', 'emails.2', 'emails.2.kind'],
      ...['phones.1', 'phones.1.kind', 'phones.1.verifiedAt'],
      ...['phones.12', 'phones.12.details', 'phones.12.extension', 'phones.12.kind', 'phones.12.label'],
      ...['locale', 'timezone', 'externalId', 'notes', 'groups', 'attributes.extended2', 'attributes.extended10'],
    ]);
    expect(first).toMatch(/^"=cmd\|"" \/C calc""!A0",active,*$/);
  });

  it('of an empty realm is empty, or a header row', async () => {
    expect(await countersign('user', 'export', '-', '--realm', 'none')).toMatchObject({ exitCode: 0, stdout: '' });
    const csv = await countersign('user', 'export', '-', '--realm', 'none', '--format', 'csv');
    expect(csv).toMatchObject({ exitCode: 0, stdout: 'userId,state\r\n' });
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
