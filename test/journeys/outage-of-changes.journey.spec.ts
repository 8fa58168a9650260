import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@countersign/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Answer } from './application.js';
import { BusUser } from './bus-user.js';
import { countersign, type Outcome } from './command-line.js';
import { Platform, type RunningProgram } from './platform.js';
import { RequestLoad } from './request-load.js';

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
});

type Change = readonly [subject: string, request: object];
/**
 * What an operator changes with the `nats` command, which sends no headers: such a change has 3 s. The first ones are done
 * before; of the others each can be done as it stands, one after the other.
 */
const changesOfOperator = (
  userId: string,
): Readonly<Record<string, { first: readonly Change[]; these: readonly Change[] }>> => ({
  directory: {
    first: [
      ['directory.group.create', { group: 'first' }],
      ['directory.group.create', { group: 'second' }],
    ],
    these: [
      ['directory.user.mark', { userId, state: 'suspended' }],
      ['directory.user.update', { userId, attributes: { custom7: 'frozen' } }],
      ['directory.group.create', { group: 'third' }],
      ['directory.membership.add', { groups: ['first'], userIds: [userId] }],
      ['directory.group.rename', { group: 'first', newName: 'first of all' }],
      ['directory.group.delete', { group: 'second' }],
      ['directory.user.rename', { userId, newUserId: `${userId} renamed` }],
    ],
  },
  authentication: {
    first: [['authentication.realm.create', { realm: 'first' }]],
    these: [
      ['authentication.password.reset', { userId, password: 'a frozen horse battery' }],
      ['authentication.realm.set', { realm: 'first', settings: { requiredGroups: ['first'] } }],
      ['authentication.realm.create', { realm: 'second' }],
      ['authentication.application.create', { name: 'frozen' }],
      ['authentication.user.erase', { userId }],
    ],
  },
});

describe('what a frozen service was asked for', () => {
  /** All rows of a service as text, but for how far its events are numbered and published, and for claims. */
  const rowsOf = async (schema: string): Promise<Record<string, unknown>> => {
    const tables = await platform.query<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = '${schema}'
       and table_name <> 'outbox_head' and table_name not like 'claim%'`,
    );
    const rows = tables.map(async ({ name }) => [
      name,
      await platform.query(`select to_jsonb(t) - 'sequence' as row from ${schema}.${name} t order by 1`),
    ]);
    return Object.fromEntries(await Promise.all(rows));
  };

  it.each([
    ['directory', () => directory],
    ['authentication', () => authentication],
  ] as const)(
    'does not happen when the %s goes on, since it was answered 503 or not at all',
    async (service, replica) => {
      const { connection } = await BusUser.connect(platform.demo.natsUrl, '_INBOX_operator');
      const change = async ([subject, request]: Change, timeout: number) => {
        const body = JSON.stringify({ realm: 'demo', ...request });
        return (await connection.request(`countersign.v1.${subject}`, body, { timeout })).json<object>();
      };
      const { first = [], these: changes = [] } = changesOfOperator(userId)[service] ?? {};
      for (const one of first) expect(await change(one, 10_000)).not.toHaveProperty('code');
      const before = await rowsOf(service);
      const user = `/users/${encodeURIComponent(userId)}`;
      const thaw = replica().freeze();
      try {
        const byOperator = changes.map((one) => change(one, 3_000).catch(() => 'no answer'));
        const signed = [
          ...memberships(userId),
          ask('DELETE', '/users', { user_id: userId }),
          ask('PUT', user, { properties: { auxId7: 'frozen' } }),
          ask('POST', `${user}/resetpwd`, { password: 'a frozen horse battery' }),
          ask('POST', '/users', { userId: `frozen ${userId}`, password: 'a frozen horse battery' }),
        ];
        expectUnavailable(await withinDeadline(Promise.all(signed)));
        expect(await Promise.all(byOperator)).toEqual(changes.map(() => 'no answer'));
      } finally {
        thaw();
      }
      await isServedAgain();
      expect(await rowsOf(service)).toEqual(before);
      for (const one of changes) {
        const { idempotency_record: _, ...rows } = await rowsOf(service);
        expect(await change(one, 10_000)).not.toHaveProperty('code');
        // else nothing would have been seen of it above
        expect([one, await rowsOf(service)]).not.toEqual([one, expect.objectContaining(rows)]);
      }
      await connection.close();
    },
    60_000,
  );

  const eventsOfChanges = async () =>
    (await platform.query(`select from directory.outbox where type = 'directory.user.updated'`)).length;

  it.each([
    ['few', 1],
    ['many', 6],
  ])(
    'is done by another replica: with %s requests only those under way when one of each is frozen fail, and no change is made late or twice',
    async (_name, writers) => {
      const others = await Promise.all([platform.join('directory'), platform.join('authentication')]);
      const names = Array.from({ length: writers }, (_, writer) => `${userId} writer ${writer}`);
      for (const name of names) {
        const created = await ask('POST', '/users', { userId: name, password: 'correct horse battery' });
        expect(created.json.status).toBe('success');
      }
      const paths = names.map((name) => `${api}/users/${encodeURIComponent(name)}`);
      const before = await eventsOfChanges();
      const load = RequestLoad.start(platform.application, paths, gateway.url);
      try {
        await load.flows(4 * writers);
        const thaws = [directory.freeze(), authentication.freeze()];
        try {
          await load.flows(12 * writers);
          const unnumbered = () => platform.query('select from directory.outbox where sequence is null limit 1');
          await eventually(async () => expect(await eventsOfChanges()).toBeGreaterThan(before), { deadlineMs: 30_000 });
          await eventually(async () => expect(await unnumbered()).toEqual([]), { deadlineMs: 30_000 });
        } finally {
          for (const thaw of thaws) thaw();
        }
        await load.flows(5 * writers);
      } finally {
        await load.stop();
      }
      // a writer loses what it had asked of each of the two, and nothing after that
      expect(load.failures.slice(2 * writers)).toEqual([]);
      expect(load.failures.filter((failure) => failure.includes('shows'))).toEqual([]);
      // of those without an answer some may have been made in time
      const unanswered = (await eventsOfChanges()) - before - load.changeCount;
      expect(unanswered).toBeGreaterThanOrEqual(0);
      expect(unanswered).toBeLessThanOrEqual(load.failures.length);
      for (const other of others) await other.end();
      await isServedAgain();
    },
    90_000,
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

  /** Twelve requests of the command line, the first of which is answered when the disturbance begins. */
  const imported = 3_000;
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
      const { outcome } = importOf(imported, name);
      const ended = outcome();
      await isUnderWay(name);
      await disturb();
      const { code, stdout, stderr } = await ended;
      expect([code, stderr]).toEqual([0, stderr]);
      expect(JSON.parse(stdout)).toMatchObject({ read: imported, created: imported, refused: 0 });
      await isServedAgain();
      expect(await countOf(name)).toEqual(whole(imported));
    },
    120_000,
  );

  it('goes on through PostgreSQL killed and started again by its launcher, and every user is created once', async () => {
    await platform.startAgain();
    const { outcome } = importOf(imported, 'brought last');
    const ended = outcome();
    await isUnderWay('brought last');
    platform.killServer('postgres');
    const { code, stdout, stderr } = await ended;
    expect([code, stderr]).toEqual([0, stderr]);
    expect(JSON.parse(stdout)).toMatchObject({ read: imported, created: imported, refused: 0 });
    expect(await countOf('brought last')).toEqual(whole(imported));
  }, 180_000);
});
