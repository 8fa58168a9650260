import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@countersign/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Answer } from './application.js';
import { countersign, type Outcome } from './command-line.js';
import { Platform, type RunningProgram } from './platform.js';

/** Guarantee G9 for associations, erasures and imports: what is missing is told at once, and nothing is done by halves. */
const api = '/demo/api/v1';
/** Longer than the gateway's own deadlines (2.5 s and 5 s) by what a busy machine may take. */
const answeredWithinMs = 15_000;

let platform: Platform;
let gateway: RunningProgram;
let directory: RunningProgram;
let authentication: RunningProgram;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-outage-'));
  platform = await Platform.start();
  await platform.program.end('SIGKILL');
  directory = await platform.join('directory');
  authentication = await platform.join('authentication');
  gateway = await platform.join('gateway');
  await isServedAgain();
}, 180_000);
afterAll(async () => {
  await platform?.remove();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

let lastUser = 0;
let userId: string;
beforeEach(async () => {
  lastUser += 1;
  userId = `outage ${lastUser}`;
  await ask('POST', '/users', { userId, password: 'correct horse battery' });
});

function ask(method: string, end: string, body?: unknown): Promise<Answer> {
  return platform.application.ask(method, `${api}${end}`, body, gateway.url);
}

const memberships = (user: string) => [
  ask('POST', `/users/${encodeURIComponent(user)}/groups/Administrators`),
  ask('POST', `/users/${encodeURIComponent(user)}/groups`, { groupNames: ['Administrators', 'SharePoint Visitors'] }),
  ask('POST', `/groups/Administrators/users/${encodeURIComponent(user)}`),
  ask('POST', '/groups/Administrators/users', { userIds: [user] }),
];
const askAll = (user: string): Promise<Answer[]> =>
  withinDeadline(Promise.all([...memberships(user), ask('DELETE', '/users', { user_id: user })]));

function withinDeadline<T>(asked: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${answeredWithinMs} ms`)), answeredWithinMs);
  });
  return Promise.race([asked, late]).finally(() => clearTimeout(timer));
}

function expectUnavailable(answers: readonly Answer[]): void {
  const body = { status: 'server_error', message: expect.stringMatching(/^The service is /) };
  for (const answer of answers) {
    expect([answer.status, answer.json, answer.signatureHolds]).toEqual([503, body, true]);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  }
}

/** A request of each service, since each comes back on its own. */
async function isServedAgain(): Promise<void> {
  await eventually(
    async () => {
      expect((await ask('GET', '/users/jdoe')).status).toBe(200);
      expect((await ask('POST', '/users/nobody/resetpwd', { password: 'correct horse battery' })).status).toBe(404);
    },
    { deadlineMs: 30_000, everyMs: 100 },
  );
}

/** The user is there, in no group, and all that was refused can be done now. */
async function expectUntouched(user: string): Promise<void> {
  const { status, json } = await ask('GET', `/users/${encodeURIComponent(user)}`);
  expect([user, status, json.groups]).toEqual([user, 200, []]);
  expect((await Promise.all(memberships(user))).map((answer) => answer.json)).toEqual(
    Array(4).fill({ status: 'success', message: '' }),
  );
  expect((await ask('DELETE', '/users', { user_id: user })).json.message).toBe('User delete complete');
  expect((await ask('GET', `/users/${encodeURIComponent(user)}`)).status).toBe(404);
}

const frozen: readonly (readonly [string, () => () => void])[] = [
  ['PostgreSQL', () => platform.freezeStore()],
  ['NATS', () => platform.freezeBus()],
];
const gone: readonly (readonly [string, () => Promise<unknown>, () => Promise<unknown>])[] = [
  [
    'the directory',
    () => directory.end('SIGKILL'),
    async () => {
      directory = await platform.join('directory');
    },
  ],
  [
    'authentication',
    () => authentication.end('SIGKILL'),
    async () => {
      authentication = await platform.join('authentication');
    },
  ],
];

describe('associations and erasures', () => {
  it.each(frozen)(
    'without %s are refused within the deadline, change nothing, and are made once it is back',
    async (_name, freeze) => {
      const thaw = freeze();
      try {
        expectUnavailable(await askAll(userId));
      } finally {
        thaw();
      }
      await isServedAgain();
      await expectUntouched(userId);
    },
    60_000,
  );

  it.each(gone)(
    'without %s are refused at once, change nothing, and are made once it is back',
    async (_name, end, bringBack) => {
      await end();
      expectUnavailable(await askAll(userId));
      await bringBack();
      await isServedAgain();
      await expectUntouched(userId);
    },
    60_000,
  );

  it.each([
    ['the directory', () => directory.freeze()],
    ['authentication', () => authentication.freeze()],
  ])(
    'that %s, frozen, is asked for are answered without it, and take effect whole or not at all',
    async (_name, freeze) => {
      const thaw = freeze();
      try {
        expectUnavailable(await askAll(userId));
      } finally {
        thaw();
      }
      await isServedAgain();
      const { status, json } = await ask('GET', `/users/${encodeURIComponent(userId)}`);
      const [rows] = await platform.query<{ credentials: number; reservations: number }>(
        `select (select count(*)::int from authentication.credential c join directory.user u using (id) where u.user_id = '${userId}') as credentials,
         (select count(*)::int from authentication.reservation) as reservations`,
      );
      if (status === 200) {
        expect([[], ['Administrators'], ['Administrators', 'SharePoint Visitors']]).toContainEqual(json.groups.sort());
        expect(rows?.credentials).toBe(1);
      } else expect([status, rows?.credentials]).toEqual([404, 0]);
      const events = await platform.query<{ type: string }>(
        `select type from directory.outbox where personal ->> 'userId' = '${userId}' and type = 'directory.user.erased'`,
      );
      expect(events.length).toBeLessThanOrEqual(1);
    },
    60_000,
  );
});

describe('an import', () => {
  const importOf = (
    count: number,
    name: string,
  ): { readonly file: string; readonly outcome: () => Promise<Outcome> } => {
    const file = join(folder, `${name}.jsonl`);
    const lines = Array.from({ length: count }, (_, index) => ({
      userId: `${name} ${index}`,
      groups: ['Administrators'],
    }));
    writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    return { file, outcome: () => countersign(platform.folder, 'user', 'import', file, '--realm', 'demo', '--json') };
  };
  const countOf = async (name: string) => {
    const [row] = await platform.query<{ users: number; events: number; memberships: number }>(
      `select count(*)::int as users,
         (select count(*)::int from directory.outbox
          where type = 'directory.user.created' and personal ->> 'userId' like '${name} %') as events,
         (select count(*)::int from directory.membership m join directory.user n on n.id = m.user_uuid
          where n.user_id like '${name} %') as memberships
       from directory.user where user_id like '${name} %'`,
    );
    return row;
  };
  const isUnderWay = (name: string) =>
    eventually(async () => expect((await countOf(name))?.users).toBeGreaterThan(0), {
      deadlineMs: 30_000,
      everyMs: 20,
    });

  const whole = (count: number) => ({ users: count, events: count, memberships: count });

  it.each([
    ...frozen.map(
      ([name, freeze]) =>
        [
          `${name} frozen for a while`,
          async () => {
            const thaw = freeze();
            try {
              expectUnavailable([await ask('GET', '/users/jdoe')]);
            } finally {
              thaw();
            }
          },
        ] as const,
    ),
    [
      'both services killed and started again',
      async () => {
        for (const [, end] of gone) await end();
        for (const [, , bringBack] of gone) await bringBack();
      },
    ] as const,
  ])(
    'goes on through %s, and every user is created once',
    async (_name, disturb) => {
      lastUser += 1;
      const name = `brought ${lastUser}`;
      const { outcome } = importOf(6_000, name);
      const ended = outcome();
      await isUnderWay(name);
      await disturb();
      const { code, stdout, stderr } = await ended;
      expect([code, stderr]).toEqual([0, stderr]);
      expect(JSON.parse(stdout)).toMatchObject({ read: 6_000, created: 6_000, refused: 0 });
      await isServedAgain();
      expect(await countOf(name)).toEqual(whole(6_000));
    },
    120_000,
  );

  it('goes on through PostgreSQL killed and started again by its launcher, and every user is created once', async () => {
    await platform.startAgain();
    const { outcome } = importOf(6_000, 'brought last');
    const ended = outcome();
    await isUnderWay('brought last');
    platform.killServer('postgres');
    const { code, stdout, stderr } = await ended;
    expect([code, stderr]).toEqual([0, stderr]);
    expect(JSON.parse(stdout)).toMatchObject({ read: 6_000, created: 6_000, refused: 0 });
    expect(await countOf('brought last')).toEqual(whole(6_000));
  }, 180_000);
});
