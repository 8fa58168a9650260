import { setTimeout as later } from 'node:timers/promises';
import { eventually } from '@countersign/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer } from './application.js';
import { ChangeLoad, keyOf, passwordOf, shownChanges } from './change-load.js';
import { Platform, type RunningProgram } from './platform.js';

/** Guarantees G8 and G9 from outside: what is missing, and what is too much, gets a clear answer, and nothing more. */
const users = '/demo/api/v1/users';

let platform: Platform;
let password: string;
beforeAll(async () => {
  platform = await Platform.start();
  password = platform.demo.users.find(({ userId }) => userId === 'jdoe')?.password ?? '';
}, 120_000);
afterAll(() => platform?.remove(), 60_000);

/** One of each request that the API has; the changes are of values that nothing else sets. */
function askEverything(gateway: string): Promise<Answer[]> {
  const { application } = platform;
  const change = { currentPassword: password, newPassword: 'never the new horse' };
  return Promise.all([
    application.ask('GET', `${users}/jdoe`, undefined, gateway),
    application.ask('PUT', `${users}/jdoe`, { properties: { auxId7: 'never' } }, gateway),
    application.ask('POST', users, { userId: 'never', password: 'never a horse either' }, gateway),
    application.ask('POST', `${users}/jdoe/changepwd`, change, gateway),
    application.ask('POST', `${users}/jdoe/resetpwd`, { password: 'never the reset horse' }, gateway),
  ]);
}

function expectUnavailable(answers: readonly Answer[]): void {
  const body = { status: 'server_error', message: expect.stringMatching(/^The service is /) };
  for (const answer of answers) {
    expect([answer.status, answer.json, answer.signatureHolds]).toEqual([503, body, true]);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  }
}

/** Of a client that was refused, before it asks again. */
const pauseMs = 50;
const overloaded = { status: 'server_error', message: 'The service is overloaded.' };

/** Asks until it is served, without anything being restarted. */
function isServedAgain(gateway: string): Promise<Answer> {
  return eventually(
    async () => {
      const answer = await platform.application.ask('GET', `${users}/jdoe`, undefined, gateway);
      if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
      return answer;
    },
    { deadlineMs: 30_000, everyMs: 100 },
  );
}

/** Nothing of {@link askEverything} has taken place, and a password can be changed again. */
async function expectNoEffect(gateway: string): Promise<void> {
  const { application } = platform;
  const { json } = await application.ask('GET', `${users}/jdoe`, undefined, gateway);
  expect(json.properties.auxId7).toBeUndefined();
  expect((await application.ask('GET', `${users}/never`, undefined, gateway)).status).toBe(404);
  const next = `${password} and on`;
  const change = { currentPassword: password, newPassword: next };
  const changed = await application.ask('POST', `${users}/jdoe/changepwd`, change, gateway);
  expect(changed.json).toEqual({ status: 'success', message: 'Password was changed' });
  password = next;
}

async function healthOf(program: RunningProgram): Promise<{ alive: number; ready: number }> {
  const [alive, ready] = await Promise.all(['/healthz', '/readyz'].map((path) => fetch(`${program.url}${path}`)));
  return { alive: alive?.status ?? 0, ready: ready?.status ?? 0 };
}

async function countEvents(service: string): Promise<number> {
  return (await platform.query(`select 1 as one from ${service}.outbox`)).length;
}

describe.each([
  ['PostgreSQL', () => platform.freezeStore()],
  ['NATS', () => platform.freezeBus()],
])('%s frozen', (_name, freeze) => {
  it('gives every request a clear, signed 503 and no effect, and nothing has to be restarted', async () => {
    const { program } = platform;
    await isServedAgain(program.url);
    const thaw = freeze();
    try {
      expectUnavailable(await askEverything(program.url));
      expect(await healthOf(program)).toEqual({ alive: 200, ready: 503 });
    } finally {
      thaw();
    }
    await isServedAgain(program.url);
    await expectNoEffect(program.url);
    await eventually(async () => expect(await healthOf(program)).toEqual({ alive: 200, ready: 200 }));
  }, 90_000);
});

describe('services that are gone', () => {
  let gateway: RunningProgram;
  let directory: RunningProgram;
  beforeAll(async () => {
    gateway = await platform.join('gateway');
    await isServedAgain(gateway.url);
    await platform.program.end('SIGKILL');
  }, 60_000);

  it('all of them: every request gets a clear, signed 503', async () => {
    expectUnavailable(await askEverything(gateway.url));
    expect(await healthOf(gateway)).toEqual({ alive: 200, ready: 503 });
  }, 60_000);

  it('the directory: likewise, and a creation leaves nothing', async () => {
    await platform.join('authentication');
    await eventually(async () => expect(await healthOf(gateway)).toEqual({ alive: 200, ready: 200 }), {
      deadlineMs: 10_000,
    });
    expectUnavailable(await askEverything(gateway.url));
  }, 60_000);

  it('and come back: the same gateway serves, and nothing of that has taken effect', async () => {
    directory = await platform.join('directory');
    await isServedAgain(gateway.url);
    await expectNoEffect(gateway.url);
  }, 60_000);

  it('a frozen directory: every request is answered without it, and nothing of them takes effect later', async () => {
    const before = await countEvents('directory');
    const thaw = directory.freeze();
    try {
      expectUnavailable(await askEverything(gateway.url));
    } finally {
      thaw();
    }
    await isServedAgain(gateway.url);
    await expectNoEffect(gateway.url);
    expect(await countEvents('directory')).toBe(before);
  }, 60_000);

  it('and the platform started again finds everything', async () => {
    await platform.startAgain();
    await isServedAgain(platform.program.url);
    await isServedAgain(gateway.url);
  }, 90_000);
});

describe('too much', () => {
  it('in one request is refused with 413, signed, whether it announces its length or not', async () => {
    const { application, program } = platform;
    const body = JSON.stringify({ properties: { auxId7: 'x'.repeat(300_000) } });
    const request = application.prepare('PUT', `${users}/jdoe`, { body });
    const refused = { status: 'invalid', message: 'The request is too large.' };
    const announced = await application.send(request);
    expect([announced.status, announced.json, announced.signatureHolds]).toEqual([413, refused, true]);
    const streamed = await fetch(`${program.url}${request.path}`, {
      method: 'PUT',
      headers: request.headers,
      body: new Blob([body]).stream(),
      duplex: 'half',
    } as RequestInit);
    expect([streamed.status, await streamed.json()]).toEqual([413, refused]);
    expect(streamed.headers.get('x-sa-signature')).not.toBeNull();
  });

  it('at once at a gateway is refused with 503, signed, and the rest is served', async () => {
    const small = await platform.join('gateway', [], { REQUEST_CONCURRENCY_LIMIT: '2' });
    await isServedAgain(small.url);
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        // equal requests of one millisecond would have equal signatures
        platform.application.send(
          platform.application.prepare('GET', `${users}/jdoe`, { dateOffsetMs: index }),
          small.url,
        ),
      ),
    );
    const refused = answers.filter(({ status }) => status === 503);
    for (const { json, signatureHolds } of refused) {
      expect([json, signatureHolds]).toEqual([overloaded, true]);
    }
    expect(answers.filter(({ status }) => status === 200).length).toBe(60 - refused.length);
    expect(refused.length).toBeGreaterThan(0);
    await isServedAgain(small.url);
  }, 60_000);
});

describe('password hashing saturated', () => {
  beforeAll(async () => {
    await platform.stop();
    await platform.startAgain({
      AUTHENTICATION_ARGON2_MEMORY_KIB: '65536',
      AUTHENTICATION_ARGON2_ITERATIONS: '4',
      AUTHENTICATION_HASHING_QUEUE_LIMIT: '2',
    });
  }, 120_000);

  it('refuses the excess at once, while profiles are read as ever', async () => {
    const { application, program } = platform;
    const outcomes: string[] = [];
    let isReading = true;
    let resetCount = 0;
    const reset = async (): Promise<void> => {
      while (isReading) {
        resetCount += 1;
        const body = { password: `reset by hand ${resetCount}` };
        const answer = await application.ask('POST', `${users}/jsmith/resetpwd`, body);
        outcomes.push(answer.status === 200 ? answer.json.status : `${answer.status}`);
        if (answer.status !== 503) continue;
        expect([answer.json, answer.signatureHolds]).toEqual([overloaded, true]);
        // the queue stays full, and the processors are left to what is read
        await later(pauseMs);
      }
    };
    const resets = Promise.all(Array.from({ length: 12 }, reset));
    try {
      await eventually(() => outcomes.includes('503'), { deadlineMs: 30_000 });
      // the queue was full before its first hash was done: what is refused has not waited for a place
      expect(outcomes[0]).toBe('503');
      for (let read = 0; read < 40; read += 1) {
        const answer = await application.ask('GET', `${users}/jdoe`);
        expect([read, answer.status, answer.signatureHolds]).toEqual([read, 200, true]);
      }
    } finally {
      isReading = false;
    }
    await resets;
    expect(new Set(outcomes)).toEqual(new Set(['success', '503']));
    await isServedAgain(program.url);
  }, 120_000);
});

describe('nothing acknowledged is ever lost', () => {
  let load: ChangeLoad;
  afterAll(() => load?.stop());

  it('whatever is killed, at whatever time', async () => {
    const gateway = await platform.join('gateway');
    let [directory, authentication] = await Promise.all([platform.join('directory'), platform.join('authentication')]);
    // a gateway that has never read the application's key has nothing to sign a refusal with
    await isServedAgain(gateway.url);
    load = ChangeLoad.start(platform.application, [gateway.url]);
    const kills: Readonly<Record<string, () => unknown>> = {
      nats: () => platform.killServer('nats'),
      postgres: () => platform.killServer('postgres'),
      directory: async () => {
        await directory.end('SIGKILL');
        directory = await platform.join('directory');
      },
      authentication: async () => {
        await authentication.end('SIGKILL');
        authentication = await platform.join('authentication');
      },
      platform: async () => {
        await platform.program.end('SIGKILL');
        await platform.startAgain();
      },
    };
    const order = shuffled([...Object.keys(kills), 'nats', 'postgres', 'postgres']);
    for (const name of order) {
      await kills[name]?.();
      await load.flows(1 + Math.floor(Math.random() * 15));
    }
    await load.stop();
    expect([order, load.strange]).toEqual([order, []]);
    await isServedAgain(gateway.url);
    const shown = new Set(await shownChanges(platform.application, load.changes));
    const lost = load.acknowledged.map(keyOf).filter((key) => !shown.has(key));
    expect([order, lost]).toEqual([order, []]);
    const asked = new Set(load.changes.map(keyOf));
    expect([...shown].filter((key) => !asked.has(key))).toEqual([]);
    for (const { userId } of load.acknowledged.filter(({ property }) => property === undefined)) {
      const change = { currentPassword: passwordOf(userId), newPassword: `${passwordOf(userId)} no more` };
      const { json } = await platform.application.ask(
        'POST',
        `${users}/${encodeURIComponent(userId)}/changepwd`,
        change,
      );
      expect([userId, json.status]).toEqual([userId, 'success']);
    }
  }, 180_000);
});

function shuffled<T>(values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ value }) => value);
}
