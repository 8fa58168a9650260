import 'reflect-metadata';
import { monotonicMs } from '@countersign/clock';
import { defineOperation, type Principal, Problem } from '@countersign/contracts';
import { Metrics } from '@countersign/observability';
import { eventually, startTestNats, type TestNats, testLogger } from '@countersign/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, headers, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { Controller, type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import fc from 'fast-check';
import { z } from 'zod';
import { type Asked, askSubjectOf, Bus, Messenger, newAskContext } from './index.js';
import {
  type AnswerTo,
  type AskedRequest,
  answerEach,
  CountersignServer,
  Handles,
  HandlesTogether,
} from './server/index.js';

const say = defineOperation({
  subject: 'countersign.v1.directory.echo.say',
  summary: 'says what it is told to',
  askedBy: ['gateway', 'authentication', 'operator'],
  effect: 'none',
  request: z.object({ realm: z.string().optional(), mode: z.string(), value: z.string().max(2_000_000) }),
  reply: z.object({ value: z.string(), caller: z.string().optional(), asked: z.unknown().optional() }),
  refusals: ['user.unknown'],
});
const sing = defineOperation({ ...say, subject: 'countersign.v1.directory.choir.sing', effect: 'changes' });
const nobody = defineOperation({ ...say, subject: 'countersign.v1.factors.echo.say' });
const held = new Map<string, () => void>();

@Controller()
class EchoHandlers {
  @Handles(say)
  async say({ mode, value }: z.output<typeof say.request>, asked: Asked) {
    if (mode === 'refuse') throw new Problem('user.unknown', `no user of id ${value.length}`, 3);
    if (mode === 'break') throw new Error(`secret ${value}`);
    if (mode === 'misfit') return { value: 7 } as unknown as { value: string };
    if (mode === 'bigint') return { value, asked: 1n };
    if (mode === 'cycle') {
      const cycle: Record<string, unknown> = {};
      cycle.self = cycle;
      return { value, asked: cycle };
    }
    if (mode === 'hold') await new Promise<void>((resolve) => held.set(value, resolve));
    if (mode === 'large') return { value: 'x'.repeat(2_000_000) };
    return { value, caller: asked.caller, asked: mode === 'context' ? asked : undefined, column: 'stray' };
  }
}

/** The values of each call. */
const sung: string[][] = [];

@Controller()
class ChoirHandlers {
  @HandlesTogether(sing)
  async sing(requests: readonly AskedRequest<typeof sing>[]): Promise<AnswerTo<typeof sing>[]> {
    sung.push(requests.map(({ request }) => request.value));
    if (requests.some(({ request }) => request.mode === 'fail')) throw new Error('the whole call');
    return answerEach(requests, requests, ({ asked }, { mode, value }) => {
      if (mode === 'refuse') throw new Problem('user.unknown');
      if (mode === 'break') throw new Error(`secret ${value}`);
      if (mode === 'misfit') return { value: 7 } as unknown as { value: string };
      if (mode === 'later') return turn().then(() => ({ value: `${value} later` }));
      if (mode === 'late-refusal') return turn().then(() => Promise.reject(new Problem('user.unknown')));
      return { value, caller: asked.caller, column: 'stray' };
    });
  }
}

@Module({ controllers: [EchoHandlers, ChoirHandlers] })
class EchoModule {}

let nats: TestNats;
let bus: Bus;
let watcher: NatsConnection;
let serviceBus: Bus;
let service: INestMicroservice;
let messenger: Messenger;
const lines: Record<string, unknown>[] = [];
const metrics = new Metrics('directory');

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const within = (ms: number) => newAskContext({ deadlineAt: monotonicMs() + ms });
const ask = (mode: string, value = '', context = within(4_000)) => messenger.ask(say, { mode, value }, context);
const codeOf = (asking: Promise<unknown>) =>
  asking.then(
    () => 'answered',
    (error) => (error instanceof Problem ? error.code : `not a problem: ${error}`),
  );

beforeAll(async () => {
  nats = await startTestNats();
  watcher = await connect({ servers: nats.url });
  serviceBus = await Bus.connect({ url: nats.url, name: 'directory-spec', user: 'directory' });
  const strategy = new CountersignServer({
    bus: serviceBus,
    service: 'directory',
    logger: testLogger(lines),
    metrics,
    maxRunning: 12_000,
  });
  service = await NestFactory.createMicroservice(EchoModule, { strategy, logger: false, abortOnError: false });
  await service.listen();
  bus = await Bus.connect({ url: nats.url, name: 'gateway-spec', user: 'gateway' });
  messenger = new Messenger(bus);
});
afterAll(async () => {
  await bus?.close();
  await service?.close();
  await serviceBus?.close();
  await watcher?.close();
  await nats?.remove();
});

describe('an ask', () => {
  it('is answered with the parsed reply: a stray column does not leave', async () => {
    expect(await ask('plain', 'hello')).toEqual({ value: 'hello', caller: 'gateway' });
  });

  it('hands its context on: key, trace, actor and door; the caller is read from the subject', async () => {
    const context = newAskContext({
      idempotencyKey: 'key-1',
      actor: { kind: 'user', id: 'Jörg > * .\r\nx: y \ud800' },
      via: { applicationId: 'a'.repeat(32), address: '::1', traceId: 't\u2028ä' },
    });
    const { asked } = (await messenger.ask(say, { mode: 'context', value: '' }, context)) as { asked: Asked };
    expect(asked).toMatchObject({ idempotencyKey: 'key-1', caller: 'gateway', via: context.via });
    expect(asked.actor).toEqual({ kind: 'user', id: 'Jörg > * .\r\nx: y \ufffd' });
    expect(asked.traceparent.slice(3, 35)).toBe(context.traceparent.slice(3, 35));
    expect(asked.traceparent).not.toBe(context.traceparent);
  });

  it('is not sent when the request does not fit; fields are named, values are not', async () => {
    const malformed = messenger.ask(
      say,
      { mode: 'x', value: 'secret' as unknown as string, realm: 7 as never },
      within(500),
    );
    await expect(malformed).rejects.toMatchObject({
      code: 'request.malformed',
      detail: expect.stringContaining('realm'),
    });
    await expect(malformed).rejects.not.toMatchObject({ detail: expect.stringContaining('secret') });
  });

  it('is refused as the service refuses it', async () => {
    await expect(ask('refuse', 'abc')).rejects.toMatchObject({
      code: 'user.unknown',
      status: 404,
      detail: 'no user of id 3',
      retryAfterSeconds: 3,
    });
  });

  it('meets internal, and the log a trace, when the handler breaks; the reason stays inside', async () => {
    lines.length = 0;
    const context = within(2_000);
    const refusal = await ask('break', 'cellar', context).catch((error) => error);
    expect(refusal).toMatchObject({ code: 'internal' });
    expect(JSON.stringify(refusal.toBody())).not.toContain('cellar');
    expect(
      lines.filter(({ subject, traceId }) => subject === say.subject && traceId === context.traceparent.slice(3, 35)),
    ).toHaveLength(1);
  });

  it.each(['misfit', 'bigint', 'cycle', 'large'])('meets internal when the reply cannot travel: %s', async (mode) => {
    expect(await codeOf(ask(mode))).toBe('internal');
  });

  it('meets its deadline, and the answer that comes after it is dropped', async () => {
    expect(await codeOf(ask('hold', 'late', within(60)))).toBe('bus.deadline');
    held.get('late')?.();
    expect(await ask('plain', 'still well')).toMatchObject({ value: 'still well' });
    expect(messenger.pendingCount).toBe(0);
  });

  it('is refused when its deadline has passed already', async () => {
    expect(await codeOf(ask('plain', '', within(-1)))).toBe('bus.deadline');
  });

  it('meets unavailable at once when nobody answers the subject', async () => {
    expect(await codeOf(messenger.ask(nobody, { mode: '', value: '' }, within(50_000)))).toBe('bus.unavailable');
    const many = Array.from({ length: 5 }, () => codeOf(messenger.ask(nobody, { mode: '', value: '' }, within(5_000))));
    expect(new Set(await Promise.all(many))).toEqual(new Set(['bus.unavailable']));
  });

  it('meets too_large when no message can hold the request', async () => {
    expect(await codeOf(ask('plain', 'x'.repeat(1_100_000)))).toBe('request.too_large');
    expect(await codeOf(ask('plain', 'x'.repeat(1_000_000)))).toBe('answered');
  });

  it('meets overloaded at once when too many are waiting already', async () => {
    const narrow = new Messenger(bus, { maxPending: 2 });
    const asks = ['a', 'b', 'c'].map((value) => codeOf(narrow.ask(say, { mode: 'plain', value }, within(2_000))));
    expect(await Promise.all(asks)).toEqual(['answered', 'answered', 'bus.overloaded']);
  });

  it('is refused with an idempotency key that could not travel, alone and in company', async () => {
    const bad = newAskContext({ idempotencyKey: 'a\r\nb' });
    expect(await codeOf(ask('plain', '', bad))).toBe('request.malformed');
    expect(await Promise.all([codeOf(ask('plain', '', bad)), codeOf(ask('plain'))])).toEqual([
      'request.malformed',
      'answered',
    ]);
  });
});

describe('what one turn asks', () => {
  const seen: Msg[] = [];
  beforeAll(() => {
    watcher.subscribe('countersign.v1.directory.echo.>', { callback: (_error, message) => void seen.push(message) });
    return watcher.flush();
  });

  it('travels as one plain message when it is alone, readable by a person', async () => {
    seen.length = 0;
    await messenger.ask(say, { realm: 'demo', mode: 'plain', value: 'lone' }, within(2_000));
    await eventually(() => seen.length === 1);
    expect(seen[0]?.json()).toEqual({ realm: 'demo', mode: 'plain', value: 'lone' });
    expect(seen[0]?.headers?.has('Countersign-Batch')).toBe(false);
    expect(seen[0]?.headers?.get('Countersign-Realm')).toBe('demo');
    expect(seen[0]?.reply).toMatch(/^_INBOX_gateway\.directory\./);
  });

  it('shares a message with its like, at most 64', async () => {
    seen.length = 0;
    await Promise.all(Array.from({ length: 130 }, (_, i) => ask('plain', `${i}`)));
    await eventually(() => seen.length === 3);
    expect(seen.map((message) => message.headers?.get('Countersign-Batch'))).toEqual(['64', '64', '2']);
  });

  it('is cut by bytes too: large requests travel apart', async () => {
    seen.length = 0;
    const values = Array.from({ length: 3 }, (_, i) => `${i}${'x'.repeat(300_000)}`);
    expect((await Promise.all(values.map((value) => ask('plain', value)))).map(({ value }) => value)).toEqual(values);
    await eventually(() => seen.length === 3);
  });

  it('is answered one by one, whatever becomes of the others', async () => {
    const modes = ['plain', 'refuse', 'break', 'misfit', 'bigint', 'cycle', 'large', 'hold', 'plain'];
    const outcomes = modes.map((mode) => codeOf(ask(mode, 'kept', within(2_000))));
    expect(await Promise.all(outcomes.filter((_, i) => i !== 7))).toEqual([
      'answered',
      'user.unknown',
      'internal',
      'internal',
      'internal',
      'internal',
      'internal',
      'answered',
    ]);
    held.get('kept')?.();
    expect(await outcomes[7]).toBe('answered');
  });

  it('gives every ask exactly its own answer, in any mix of company and failure', async () => {
    const asked = fc.record({ mode: fc.constantFrom('plain', 'refuse', 'break', 'misfit'), turn: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(asked, { minLength: 1, maxLength: 90 }), async (asks) => {
        const outcomes: Promise<unknown>[] = [];
        for (const [i, { mode, turn }] of asks.entries()) {
          outcomes.push(ask(mode, `${i}`).catch((error: Problem) => error.code));
          if (turn) await new Promise((resolve) => setImmediate(resolve));
        }
        const expected = asks.map(({ mode }, i) => {
          if (mode === 'plain') return { value: `${i}`, caller: 'gateway' };
          return mode === 'refuse' ? 'user.unknown' : 'internal';
        });
        expect(await Promise.all(outcomes)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
    expect(messenger.pendingCount).toBe(0);
  });

  it('may be ten thousand asks', async () => {
    const values = Array.from({ length: 10_000 }, (_, i) => `${i}`);
    const answers = await Promise.all(values.map((value) => ask('plain', value, within(30_000))));
    expect(answers.map(({ value }) => value)).toEqual(values);
  });
});

describe('requests that are handled together', () => {
  const singAll = (modes: readonly string[]) =>
    Promise.all(
      modes.map((mode, i) =>
        messenger.ask(sing, { mode, value: `${i}` }, within(10_000)).catch((error: Problem) => error.code),
      ),
    );
  const outcomes: Readonly<Record<string, (i: number) => unknown>> = {
    plain: (i) => ({ value: `${i}`, caller: 'gateway' }),
    later: (i) => ({ value: `${i} later` }),
    refuse: () => 'user.unknown',
    'late-refusal': () => 'user.unknown',
    break: () => 'internal',
    misfit: () => 'internal',
    fail: () => 'internal',
  };

  it('share a call, and are answered each as it deserves', async () => {
    sung.length = 0;
    const modes = ['plain', 'later', 'refuse', 'late-refusal', 'break', 'misfit', 'plain'];
    expect(await singAll(modes)).toEqual(modes.map((mode, i) => outcomes[mode]?.(i)));
    expect(sung).toEqual([['0', '1', '2', '3', '4', '5', '6']]);
  });

  it('are called one by one when one of them breaks the call, which fails alone', async () => {
    sung.length = 0;
    const modes = ['plain', 'fail', 'plain'];
    expect(await singAll(modes)).toEqual(modes.map((mode, i) => outcomes[mode]?.(i)));
    expect(sung).toEqual([['0', '1', '2'], ['0'], ['1'], ['2']]);
  });

  it('do not meet one that does not fit or comes too late, and are counted one by one', async () => {
    const before = await metrics.text();
    sung.length = 0;
    const answers: unknown[] = [];
    const sub = watcher.subscribe('_INBOX_gateway.directory.spec.>', {
      callback: (_error, message) => void answers.push(...message.json<unknown[]>()),
    });
    const items = [
      { id: 1, b: { mode: 'plain', value: 'a' } },
      { id: 2, b: { mode: 'plain' } },
      { id: 3, h: { 'Countersign-Deadline-Ms': '0.000001' }, b: { mode: 'plain', value: 'c' } },
      { id: 4, b: { mode: 'plain', value: 'd' } },
    ];
    const batch = headers();
    batch.set('Countersign-Batch', '4');
    const reply = '_INBOX_gateway.directory.spec.1';
    watcher.publish(askSubjectOf(sing.subject, 'gateway'), JSON.stringify(items), { reply, headers: batch });
    await eventually(() => answers.length === 3);
    sub.unsubscribe();
    expect(answers).toEqual([
      { id: 2, s: 400, b: expect.objectContaining({ code: 'request.malformed' }) },
      { id: 1, s: 200, b: { value: 'a', caller: 'gateway' } },
      { id: 4, s: 200, b: { value: 'd', caller: 'gateway' } },
    ]);
    expect(sung).toEqual([['a', 'd']]);
    const counted = (outcome: string, text: string) =>
      Number(
        new RegExp(`handled_total\\{subject="${sing.subject}",outcome="${outcome}"[^}]*\\} (\\d+)`).exec(text)?.[1] ??
          0,
      );
    const after = await metrics.text();
    expect(counted('ok', after) - counted('ok', before)).toBe(2);
    expect(counted('request.malformed', after) - counted('request.malformed', before)).toBe(1);
    expect(after).toContain(`ignored_total{subject="${sing.subject}",reason="expired"`);
  });
});

describe('a service', () => {
  const send = (payload: string, reply: string, header?: string, asker: Principal = 'gateway') => {
    const subject = askSubjectOf(say.subject, asker);
    watcher.publish(subject, payload, { reply, ...(header !== undefined && { headers: batchHeader(header) }) });
  };
  const batchHeader = (count: string) => {
    const made = headers();
    made.set('Countersign-Batch', count);
    return made;
  };

  it('answers a person with `nats req`, who sends no header at all, as operator', async () => {
    const answer = await watcher.request(say.subject, '{"mode":"context","value":"hi"}');
    expect(answer.json()).toMatchObject({ value: 'hi', caller: 'operator', asked: { actor: { kind: 'operator' } } });
  });

  it('tells a person what does not fit, with the headers of ADR-32', async () => {
    const answer = await watcher.request(say.subject, '{"mode":"plain"');
    expect(answer.headers?.get('Nats-Service-Error-Code')).toBe('400');
    expect(answer.headers?.get('Nats-Service-Error')).toBe('the request does not fit the operation');
    expect(answer.json()).toMatchObject({ code: 'request.malformed' });
    const misfit = await watcher.request(say.subject, '{"mode":"plain","value":{"pin":"1234"}}');
    expect(misfit.json()).toMatchObject({ code: 'request.malformed', detail: expect.stringContaining('value:') });
    expect(misfit.string()).not.toContain('1234');
  });

  it.each<[Principal, string]>([
    ['gateway', '_INBOX_listener.directory.x.y.1'],
    ['gateway', '_INBOX_authentication.directory.x.y.1'],
    ['gateway', '_INBOX_gateway.authentication.x.y.1'],
    ['gateway', '_INBOX_gateway.directory.*'],
    ['gateway', '_INBOX_gateway.directory.>'],
    ['gateway', '_INBOX.x'],
    ['gateway', '_INBOX_operator.x'],
    ['gateway', 'countersign.v1.event.demo.directory.user.created'],
    ['gateway', '$JS.API.STREAM.DELETE.COUNTERSIGN_EVENTS'],
    ['gateway', 'countersign.v1.authentication.realm.create'],
    ['gateway', `_INBOX_gateway.directory.${'x'.repeat(300)}`],
    ['operator', '_INBOX_gateway.directory.x.y.1'],
    ['listener', '_INBOX_listener.directory.x.y.1'],
  ])('neither runs nor answers what %s asks with a reply aimed at %s', async (asker, reply) => {
    const heard: Msg[] = [];
    const sub = watcher.subscribe('>', {
      callback: (_error, message) => void (message.subject === reply && heard.push(message)),
    });
    send('{"mode":"hold","value":"aimed"}', reply, undefined, asker);
    send('[{"id":1,"b":{"mode":"hold","value":"aimed"}}]', reply, '1', asker);
    await watcher.flush();
    await ask('plain');
    sub.unsubscribe();
    expect(heard).toHaveLength(0);
    expect(held.has('aimed')).toBe(false);
  });

  it('takes a batch from anybody who speaks it, and leaves out what has no id', async () => {
    const answers: unknown[] = [];
    const sub = watcher.subscribe('_INBOX_gateway.directory.spec.>', {
      callback: (_error, message) => void answers.push(...message.json<unknown[]>()),
    });
    const good = { id: 'a', b: { mode: 'plain', value: '1' } };
    const items = [
      good,
      { b: good.b },
      7,
      null,
      { id: 'b', h: 'no', b: 'no' },
      { id: 3, h: { traceparent: 7 }, b: good.b },
    ];
    send(JSON.stringify(items), '_INBOX_gateway.directory.spec.1', String(items.length));
    await eventually(() => answers.length === 3);
    sub.unsubscribe();
    expect(answers).toHaveLength(3);
    expect(answers).toEqual(
      expect.arrayContaining([
        { id: 'a', s: 200, b: { value: '1', caller: 'gateway' } },
        { id: 'b', s: 400, b: expect.objectContaining({ code: 'request.malformed' }) },
        { id: 3, s: 200, b: { value: '1', caller: 'gateway' } },
      ]),
    );
  });

  it('refuses as a whole what is no batch, or more than one may be', async () => {
    const answers: Msg[] = [];
    const sub = watcher.subscribe('_INBOX_gateway.directory.spec.>', {
      callback: (_error, message) => void answers.push(message),
    });
    send('{}', '_INBOX_gateway.directory.spec.1', '1');
    send(
      JSON.stringify(Array.from({ length: 65 }, (_, id) => ({ id, b: {} }))),
      '_INBOX_gateway.directory.spec.2',
      '65',
    );
    await eventually(() => answers.length === 2);
    sub.unsubscribe();
    expect(answers.map((message) => message.headers?.get('Nats-Service-Error-Code'))).toEqual(['400', '413']);
  });
});

describe('an answer', () => {
  it('is taken from where it was awaited only: another service cannot answer in its name', async () => {
    const requests: Msg[] = [];
    const sub = watcher.subscribe(askSubjectOf(say.subject, 'gateway'), {
      callback: (_error, message) => void requests.push(message),
    });
    await watcher.flush();
    const asking = ask('hold', 'contested');
    await eventually(() => requests.length === 1 && held.has('contested'));
    const reply = requests[0]?.reply ?? '';
    for (const forged of [
      reply.replace('.directory.', '.factors.'),
      reply.replace(/\.[^.]+(\.[^.]+)$/, '.guess$1'),
      reply.replace(/[^.]+$/, 'b1'),
      `${reply}.x`,
    ])
      watcher.publish(forged, '{"value":"forged"}');
    await watcher.flush();
    held.get('contested')?.();
    expect(await asking).toMatchObject({ value: 'contested' });
    sub.unsubscribe();
  });
});
