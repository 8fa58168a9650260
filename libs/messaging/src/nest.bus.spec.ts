import 'reflect-metadata';
import { monotonicMs } from '@countersign/clock';
import { defineOperation } from '@countersign/contracts';
import { Metrics } from '@countersign/observability';
import { busSettings, defineSettings } from '@countersign/settings';
import { startTestNats, type TestNats } from '@countersign/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Controller,
  type INestApplicationContext,
  type INestMicroservice,
  Injectable,
  Module,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern } from '@nestjs/microservices';
import { z } from 'zod';
import { Bus, busOptionsOf, Messenger, newAskContext } from './index.js';
import { CountersignServer, Handles, MessagingModule } from './server/index.js';

const show = defineOperation({
  subject: 'countersign.v1.directory.thing.show',
  summary: 'shows',
  askedBy: ['gateway'],
  effect: 'none',
  request: z.object({ kind: z.string(), at: z.iso.datetime().optional() }),
  reply: z.object({ kind: z.string() }),
  refusals: [],
});

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
    return { kind: `${kind} by ${this.name.text}`, column: 'stray' };
  }
}

@Controller()
class Twin {
  @Handles(show)
  show() {
    return { kind: 'twin' };
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

/** Such a service, as far as it gets. */
async function listening(controllers: Type[]): Promise<void> {
  class Root {}
  const [, bus] = buses;
  if (bus === undefined) throw new Error('no bus');
  const strategy = new CountersignServer({ bus, service: 'directory' });
  const module = { module: Root, controllers, providers: [Name] };
  const started = await NestFactory.createMicroservice(module, { strategy, logger: false, abortOnError: false });
  await started.listen().finally(() => started.close());
}

const messenger = () => asking.get(Messenger);

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

  it('a handler that is bound to no operation is refused: it would not say who may ask', async () => {
    @Controller()
    class Plain {
      @MessagePattern(show.subject)
      any() {}
    }
    await expect(listening([Plain])).rejects.toThrow(`the handler of ${show.subject} is not bound by @Handles`);
  });

  it('two handlers of one operation are refused', async () => {
    await expect(listening([Handlers, Twin])).rejects.toThrow(`${show.subject} has two handlers`);
  });

  it('a bound method stays what it was for whoever calls it', () => {
    expect(new Handlers(new Name()).show({ kind: 'direct' })).toEqual({ kind: 'direct by nest', column: 'stray' });
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
