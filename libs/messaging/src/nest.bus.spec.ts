import 'reflect-metadata';
import { monotonicMs } from '@countersign/clock';
import { defineOperation, Problem } from '@countersign/contracts';
import { Metrics } from '@countersign/observability';
import { busSettings, defineSettings } from '@countersign/settings';
import { eventually, startTestNats, type TestNats } from '@countersign/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { headers } from '@nats-io/transport-node';
import { Controller, type INestApplicationContext, type INestMicroservice, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  Ctx,
  EventPattern,
  MessagePattern,
  type NatsContext,
  NatsRecordBuilder,
  Payload,
  RpcException,
} from '@nestjs/microservices';
import { firstValueFrom, of } from 'rxjs';
import { z } from 'zod';
import {
  Bus,
  busOptionsOf,
  CoalescingClient,
  CountersignServer,
  Handles,
  MessagingModule,
  Messenger,
  newAskContext,
} from './index.js';

const show = defineOperation({
  subject: 'countersign.v1.directory.thing.show',
  summary: 'shows',
  askedBy: ['gateway'],
  effect: 'none',
  request: z.object({ kind: z.string(), at: z.iso.datetime().optional() }),
  reply: z.object({ kind: z.string() }),
  refusals: [],
});
const plain = 'countersign.v1.directory.plain';
const told: unknown[] = [];

@Injectable()
class Name {
  readonly text = 'nest';
}

@Controller()
class Handlers {
  constructor(readonly name: Name) {}

  @Handles(show)
  show({ kind }: { kind: string }) {
    if (kind === 'nothing') return undefined as unknown as { kind: string };
    if (kind === 'text') throw 'thrown text';
    return { kind: `${kind} by ${this.name.text}` };
  }

  @MessagePattern(`${plain}.echo`)
  echo(@Payload() data: unknown, @Ctx() context: NatsContext) {
    return { data, subject: context.getSubject(), note: context.getHeaders().get('X-Note') };
  }
  @MessagePattern(`${plain}.many`)
  many() {
    return of(1, 2, 3);
  }
  @MessagePattern(`${plain}.nothing`)
  nothing() {}
  @MessagePattern(`${plain}.refuse`)
  refuse() {
    throw new RpcException(new Problem('group.unknown', 'no such').toBody());
  }
  @MessagePattern(`${plain}.break`)
  break() {
    throw new Error('cellar');
  }
  @EventPattern(`${plain}.news`)
  hear(@Payload() data: unknown) {
    told.push(data);
  }
}

@Module({ controllers: [Handlers], providers: [Name] })
class HandlersModule {}

let nats: TestNats;
const buses: Bus[] = [];
let service: INestMicroservice;
let asking: INestApplicationContext;
const metrics = { asker: new Metrics('gateway'), service: new Metrics('directory') };
const within = (ms: number) => newAskContext({ deadlineAt: monotonicMs() + ms });

beforeAll(async () => {
  nats = await startTestNats();
  const settings = defineSettings('x', busSettings).parse({ NATS_URL: nats.url });
  const connect = async (user: 'gateway' | 'directory') => {
    const bus = await Bus.connect(busOptionsOf(settings, user, 'spec'));
    buses.push(bus);
    return bus;
  };
  const strategy = new CountersignServer({
    bus: await connect('directory'),
    service: 'directory',
    metrics: metrics.service,
    plainAskedBy: ['gateway'],
  });
  service = await NestFactory.createMicroservice(HandlersModule, { strategy, logger: false, abortOnError: false });
  await service.listen();
  const module = MessagingModule.forRoot({ bus: await connect('gateway'), metrics: metrics.asker });
  asking = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
});
afterAll(async () => {
  await asking?.close();
  await service?.close();
  for (const bus of buses) await bus.close();
  await nats?.remove();
});

const messenger = () => asking.get(Messenger);
const send = (name: string, data: unknown = {}) =>
  firstValueFrom(asking.get(CoalescingClient).send(`${plain}.${name}`, data));

describe('in a Nest application', () => {
  it('the messaging module gives the messenger, and handlers keep their instance', async () => {
    expect(await messenger().ask(show, { kind: 'x' }, within(2_000))).toEqual({ kind: 'x by nest' });
    expect(asking.get(Bus)).toBe(buses[1]);
  });

  it.each(['nothing', 'text'])(
    'a handler that answers or throws what it should not meets internal: %s',
    async (kind) => {
      await expect(messenger().ask(show, { kind }, within(2_000))).rejects.toMatchObject({ code: 'internal' });
    },
  );

  it('a request of null, undefined, a date or a map is refused before it is sent', async () => {
    for (const request of [null, undefined, { kind: 'x', at: new Date(0) }, new Map([['kind', 'x']])])
      await expect(messenger().ask(show, request as never, within(2_000))).rejects.toMatchObject({
        code: 'request.malformed',
      });
  });

  it('plain handlers get data, subject and headers', async () => {
    const noted = headers();
    noted.set('X-Note', 'hi');
    const record = new NatsRecordBuilder({ n: 1 }).setHeaders(noted).build();
    expect(await send('echo', record)).toEqual({ data: { n: 1 }, subject: `${plain}.echo`, note: 'hi' });
  });

  it('a pattern with a wildcard is refused: it would not prove who asks', async () => {
    @Controller()
    class Wide {
      @MessagePattern(`${plain}.*`)
      any() {}
    }
    @Module({ controllers: [Wide] })
    class WideModule {}
    const [, bus] = buses;
    if (bus === undefined) throw new Error('no bus');
    const strategy = new CountersignServer({ bus, service: 'directory' });
    const wide = await NestFactory.createMicroservice(WideModule, { strategy, logger: false, abortOnError: false });
    await expect(wide.listen()).rejects.toThrow(`pattern ${plain}.* has a wildcard`);
    await wide.close();
  });

  it('plain handlers answer the first value of an observable, and null for nothing', async () => {
    expect(await send('many')).toBe(1);
    expect(await send('nothing')).toBeNull();
  });

  it("plain handlers refuse with a problem in Nest's own exception; anything else becomes internal", async () => {
    await expect(send('refuse')).rejects.toMatchObject({ code: 'group.unknown', detail: 'no such' });
    const broken = await send('break').catch((error) => error);
    expect(broken).toMatchObject({ code: 'internal' });
    expect(broken.message).not.toContain('cellar');
  });

  it('event handlers hear what is emitted, and nobody answers', async () => {
    await firstValueFrom(asking.get(CoalescingClient).emit(`${plain}.news`, { n: 1 }), { defaultValue: undefined });
    await eventually(() => told.length === 1);
    expect(told).toEqual([{ n: 1 }]);
  });

  it('both sides count by subject and outcome', async () => {
    await messenger().ask(show, { kind: 'counted' }, within(2_000));
    await messenger()
      .ask(show, { kind: 'text' }, within(2_000))
      .catch(() => undefined);
    const asked = await metrics.asker.text();
    expect(asked).toMatch(/countersign_bus_asks_total\{subject="countersign.v1.directory.thing.show",outcome="ok",/);
    expect(asked).toMatch(/outcome="internal"/);
    expect(asked).toContain('countersign_bus_asks_pending');
    expect(await metrics.service.text()).toMatch(/countersign_bus_handled_total\{[^}]*outcome="ok"/);
  });
});
