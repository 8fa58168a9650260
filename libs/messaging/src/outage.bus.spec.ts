import 'reflect-metadata';
import { monotonicMs } from '@countersign/clock';
import { defineOperation, Problem } from '@countersign/contracts';
import type { Logger } from '@countersign/observability';
import { eventually, startTestNats, type TestNats, testLogger } from '@countersign/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { z } from 'zod';
import { askSubjectOf, Bus, Messenger, newAskContext, probeSubjectOf } from './index.js';
import { CountersignServer, type CountersignServerOptions, Handles } from './server/index.js';

const show = defineOperation({
  subject: 'countersign.v1.directory.place.show',
  summary: 'answers when it is let go',
  askedBy: ['gateway'],
  effect: 'none',
  request: z.object({ name: z.string(), waits: z.boolean().default(false) }),
  reply: z.object({ name: z.string() }),
  refusals: [],
});

const move = defineOperation({ ...show, subject: 'countersign.v1.directory.place.move', effect: 'changes' });

const running = new Map<string, () => void>();
const ran: string[] = [];

@Controller()
class PlaceHandlers {
  @Handles(show)
  async show({ name, waits }: z.output<typeof show.request>) {
    ran.push(name);
    if (waits) await new Promise<void>((resolve) => running.set(name, resolve));
    return { name };
  }

  @Handles(move)
  move({ name }: z.output<typeof move.request>) {
    ran.push(name);
    return { name };
  }
}
@Module({ controllers: [PlaceHandlers] })
class PlaceModule {}

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  running.clear();
  ran.length = 0;
});

async function startedNats(configuration = ''): Promise<TestNats> {
  const nats = await startTestNats(configuration);
  cleanups.push(() => nats.remove());
  return nats;
}

class Asker extends Messenger {
  constructor(readonly link: Bus) {
    super(link);
  }
}

async function asker(nats: TestNats): Promise<Asker> {
  const bus = await Bus.connect({ url: nats.url, name: 'gateway-spec', user: 'gateway' });
  cleanups.push(() => bus.close(200));
  return new Asker(bus);
}

async function serving(nats: TestNats, options: Partial<CountersignServerOptions> = {}): Promise<INestMicroservice> {
  const bus = await Bus.connect({ url: nats.url, name: 'directory-spec', user: 'directory' });
  const strategy = new CountersignServer({ bus, service: 'directory', graceMs: 200, ...options });
  const service = await NestFactory.createMicroservice(PlaceModule, { strategy, logger: false, abortOnError: false });
  await service.listen();
  cleanups.push(
    () => bus.close(200),
    () => service.close(),
  );
  return service;
}

const within = (ms: number) => newAskContext({ deadlineAt: monotonicMs() + ms });
const codeOf = (asking: Promise<unknown>) =>
  asking.then(
    () => 'answered',
    (error) => (error instanceof Problem ? error.code : `not a problem: ${error}`),
  );

describe('a service that was frozen', () => {
  it('makes no change that it was asked for before, once the deadline is past, although it reads all of it still left', async () => {
    const nats = await startedNats();
    await serving(nats);
    const messenger = await asker(nats);
    await messenger.ask(show, { name: 'before' }, within(5_000));
    const lost = codeOf(messenger.ask(move, { name: 'lost' }, within(300)));
    // it leaves in an immediate of its own, which comes first
    await new Promise((resolve) => setImmediate(resolve));
    // neither the asker nor the service of this process goes on meanwhile
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 700);
    expect(await lost).toBe('bus.deadline');
    await messenger.ask(show, { name: 'after' }, within(5_000));
    expect(ran).toEqual(['before', 'after']);
  });
});

describe('a replica that is frozen', () => {
  /** Takes its share of what the queue group is asked, and says nothing. */
  async function silentReplica(nats: TestNats): Promise<string[]> {
    const silent = await Bus.connect({ url: nats.url, name: 'directory-silent', user: 'directory' });
    cleanups.push(() => silent.close(200));
    const taken: string[] = [];
    for (const { subject } of [show, move])
      silent.connection.subscribe(askSubjectOf(subject, 'gateway'), {
        queue: 'directory',
        callback: () => void taken.push(subject),
      });
    await silent.connection.flush();
    return taken;
  }

  it('fails no read: a replica that lives answers it, and is asked all that follows', async () => {
    const nats = await startedNats();
    await serving(nats);
    const messenger = await asker(nats);
    const taken = await silentReplica(nats);
    const read = (name: string) => messenger.ask(show, { name }, within(10_000));
    for (let n = 0; taken.length === 0; n += 1) expect(await read(`before ${n}`)).toEqual({ name: `before ${n}` });
    const before = taken.length;
    for (let n = 0; n < 20; n += 1) {
      const [shown, moved] = [read(`after ${n}`), messenger.ask(move, { name: `moved ${n}` }, within(10_000))];
      expect(await Promise.all([shown, moved])).toEqual([{ name: `after ${n}` }, { name: `moved ${n}` }]);
    }
    expect(taken).toHaveLength(before);
    expect(new Set(ran).size).toBe(ran.length);
  });

  it('keeps a change that it was handed, which is not sent once more; those after it are answered', async () => {
    const nats = await startedNats();
    await serving(nats);
    const messenger = await asker(nats);
    const taken = await silentReplica(nats);
    const codes: string[] = [];
    while (taken.length === 0) codes.push(await codeOf(messenger.ask(move, { name: 'x' }, within(1_200))));
    expect(codes.at(-1)).toBe('bus.deadline');
    expect(ran).toHaveLength(codes.length - 1);
    for (let n = 0; n < 20; n += 1)
      expect(await codeOf(messenger.ask(move, { name: 'y' }, within(5_000)))).toBe('answered');
    expect(taken).toEqual([move.subject]);
  });
});

describe('a replica that is slow', () => {
  it('keeps what it holds: it is asked whether it does, and nothing is sent once more', async () => {
    const nats = await startedNats();
    await Promise.all([serving(nats), serving(nats)]);
    const messenger = await asker(nats);
    const spy = await Bus.connect({ url: nats.url, name: 'spy', user: 'directory' });
    cleanups.push(() => spy.close(200));
    let probes = 0;
    spy.connection.subscribe(probeSubjectOf('directory', 'gateway'), {
      callback: () => {
        probes += 1;
      },
    });
    await spy.connection.flush();
    const slow = messenger.ask(show, { name: 'slow', waits: true }, within(20_000));
    await eventually(() => probes >= 2, { deadlineMs: 10_000 });
    running.get('slow')?.();
    expect([await slow, ran]).toEqual([{ name: 'slow' }, ['slow']]);
  });
});

describe('when NATS dies', () => {
  it('waiting asks and new ones fail at once, and the next ask after its return is answered', async () => {
    const nats = await startedNats();
    await serving(nats);
    const messenger = await asker(nats);
    const waiting = codeOf(messenger.ask(show, { name: 'cut', waits: true }, within(60_000)));
    await eventually(() => running.has('cut'));
    process.kill(nats.pid, 'SIGKILL');
    expect(await waiting).toBe('bus.unavailable');
    expect(await codeOf(messenger.ask(show, { name: 'down' }, within(60_000)))).toBe('bus.unavailable');
    await nats.stop();
    const again = await startTestNats('', { of: nats });
    cleanups.push(() => again.stop());
    running.get('cut')?.();
    await eventually(() => messenger.ask(show, { name: 'back' }, within(1_000)), { deadlineMs: 15_000 });
    expect(messenger.link.isUp()).toBe(true);
    expect(ran).not.toContain('down');
  });

  it('deadlines hold although it is frozen and says nothing, and closing does not wait for it', async () => {
    const nats = await startedNats();
    await serving(nats);
    const messenger = await asker(nats);
    process.kill(nats.pid, 'SIGSTOP');
    cleanups.push(() => process.kill(nats.pid, 'SIGCONT'));
    expect(await codeOf(messenger.ask(show, { name: 'frozen', waits: true }, within(80)))).toBe('bus.deadline');
    await messenger.link.close(100);
    expect(await codeOf(messenger.ask(show, { name: 'closed' }, within(5_000)))).toBe('bus.unavailable');
  });
});

describe('when NATS does not know us any more', () => {
  it('we come back by ourselves as soon as it does', async () => {
    const users = (password: string) => `authorization { user: "gateway", password: "${password}" }`;
    const nats = await startedNats(users('first'));
    const url = nats.url.replace('//', '//gateway:first@');
    const bus = await Bus.connect({ url, name: 'gateway-spec', user: 'gateway' });
    cleanups.push(() => bus.close(200));
    const messenger = new Messenger(bus);
    let refusals = 0;
    void (async () => {
      for await (const status of bus.connection.status()) if (status.type === 'error') refusals += 1;
    })();
    await nats.reload(users('second'));
    // After two refusals the client library would give up by itself.
    await eventually(() => refusals >= 3, { deadlineMs: 10_000 });
    expect(bus.isUp()).toBe(false);
    await nats.reload(users('first'));
    await eventually(() => bus.isUp(), { deadlineMs: 10_000 });
    expect(await codeOf(messenger.ask(show, { name: 'x' }, within(1_000)))).toBe('bus.unavailable');
  });
});

describe('the first connection', () => {
  it('is tried for so long and no longer, and says where, from the first try on', async () => {
    const nats = await startedNats();
    await nats.stop();
    const said: object[] = [];
    const logger = { ...testLogger(), warn: (fields: object) => said.push(fields) } as unknown as Logger;
    const settings = { url: nats.url.replace('//', '//gateway:secret@'), setting: 'NATS_URL', logger };
    const connecting = Bus.connect({ ...settings, name: 'x', user: 'gateway', connectWithinMs: 400 });
    const where = `127.0.0.1:${nats.port}`;
    await expect(connecting).rejects.toThrow(
      `NATS at ${where} is not reachable (connect ECONNREFUSED ${where}): is NATS_URL right, and NATS up?`,
    );
    expect(said).toEqual([{ servers: [where], reason: `connect ECONNREFUSED ${where}` }]);
  });

  it('is not tried with an address that is none', async () => {
    const connecting = Bus.connect({ url: 'http://nats', name: 'x', user: 'gateway', connectWithinMs: 60_000 });
    await expect(connecting).rejects.toThrow('nats scheme http: is not nats: or tls:');
  });

  it('waits for a server that comes up late', async () => {
    const nats = await startedNats();
    await nats.stop();
    const connecting = Bus.connect({ url: nats.url, name: 'x', user: 'gateway', connectWithinMs: 20_000 });
    const again = await startTestNats('', { of: nats });
    cleanups.push(() => again.stop());
    await (await connecting).close();
  });

  it('takes user and password from the URL, and is refused at once with wrong ones', async () => {
    const nats = await startedNats('authorization { user: "gate way", password: "p:a/s@s%" }');
    const url = (password: string) => nats.url.replace('//', `//gate%20way:${encodeURIComponent(password)}@`);
    const bus = await Bus.connect({ url: url('p:a/s@s%'), name: 'x', user: 'gateway' });
    expect(bus.isUp()).toBe(true);
    await bus.close();
    const setting = 'NATS_URL';
    const refused = Bus.connect({ url: url('wrong'), setting, name: 'x', user: 'gateway', connectWithinMs: 60_000 });
    await expect(refused).rejects.toThrow(
      /^NATS at 127\.0\.0\.1:\d+ refuses user gate way \(.*authorization.*\): NATS_URL needs a user and password/i,
    );
  });
});

describe('a service that stops', () => {
  it('ends what runs, answers it, and takes no more', async () => {
    const nats = await startedNats();
    const service = await serving(nats, { graceMs: 30_000 });
    const messenger = await asker(nats);
    const waiting = messenger.ask(show, { name: 'last', waits: true }, within(20_000));
    await eventually(() => running.has('last'));
    const closing = service.close();
    await eventually(async () => (await codeOf(messenger.ask(show, { name: 'x' }, within(500)))) === 'bus.unavailable');
    running.get('last')?.();
    await closing;
    expect(await waiting).toEqual({ name: 'last' });
  });

  it('does not wait for ever', async () => {
    const nats = await startedNats();
    const service = await serving(nats, { graceMs: 50 });
    const messenger = await asker(nats);
    const waiting = codeOf(messenger.ask(show, { name: 'stuck', waits: true }, within(700)));
    await eventually(() => running.has('stuck'));
    await service.close();
    expect(await waiting).toBe('bus.deadline');
  });
});

describe('a service under too much', () => {
  it('runs so many at once, lets so many wait, and refuses the next at once', async () => {
    const nats = await startedNats();
    await serving(nats, { maxRunning: 2, maxWaiting: 1 });
    const messenger = await asker(nats);
    const names = ['a', 'b', 'c', 'd', 'e'];
    const asks = names.map((name) => codeOf(messenger.ask(show, { name, waits: true }, within(5_000))));
    expect(await Promise.all(asks.slice(3))).toEqual(['bus.overloaded', 'bus.overloaded']);
    for (const name of ['a', 'b', 'c']) {
      await eventually(() => running.has(name));
      running.get(name)?.();
    }
    expect(await Promise.all(asks.slice(0, 3))).toEqual(['answered', 'answered', 'answered']);
  });

  it('does not run what has waited past its deadline', async () => {
    const nats = await startedNats();
    await serving(nats, { maxRunning: 1 });
    const messenger = await asker(nats);
    const first = messenger.ask(show, { name: 'slow', waits: true }, within(5_000));
    await eventually(() => running.has('slow'));
    const short = within(50);
    expect(await codeOf(messenger.ask(show, { name: 'expired' }, short))).toBe('bus.deadline');
    // The service counts the time left from the arrival.
    await eventually(() => monotonicMs() > short.deadlineAt + 50);
    running.get('slow')?.();
    await first;
    await messenger.ask(show, { name: 'fresh' }, within(5_000));
    expect(ran).toEqual(['slow', 'fresh']);
  });
});
