import 'reflect-metadata';
import { listRealms, Problem } from '@countersign/contracts';
import { startTestNats, type TestNats } from '@countersign/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, type NatsConnection, type RequestManyOptions } from '@nats-io/transport-node';
import { Controller, type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Bus } from './index.js';
import { CountersignServer, Handles } from './server/index.js';

let isBroken = false;

@Controller()
class RealmHandlers {
  @Handles(listRealms)
  list() {
    if (isBroken) throw new Problem('store.unavailable', 'the password is hunter2');
    return { realms: [] };
  }
}
@Module({ controllers: [RealmHandlers] })
class RealmModule {}

let nats: TestNats;
let person: NatsConnection;
const replicas: { bus: Bus; service: INestMicroservice }[] = [];

beforeAll(async () => {
  nats = await startTestNats();
  person = await connect({ servers: nats.url });
  for (const instance of ['1', '2']) {
    const bus = await Bus.connect({ url: nats.url, name: `authentication-${instance}`, user: 'authentication' });
    const strategy = new CountersignServer({ bus, service: 'authentication', version: '1.2.3' });
    const service = await NestFactory.createMicroservice(RealmModule, { strategy, logger: false, abortOnError: false });
    await service.listen();
    replicas.push({ bus, service });
  }
});
afterAll(async () => {
  for (const { bus, service } of replicas) {
    await service.close();
    await bus.close();
  }
  await person?.close();
  await nats?.remove();
});

async function askAll(subject: string, answers: number, connection = person): Promise<Record<string, unknown>[]> {
  const options = { strategy: 'count', maxMessages: answers, maxWait: 2_000 } as unknown as RequestManyOptions;
  const found: Record<string, unknown>[] = [];
  for await (const message of await connection.requestMany(subject, '', options)) found.push(message.json());
  return found;
}

describe('service discovery (ADR-32)', () => {
  it('PING: every process answers, with one name and ids of its own', async () => {
    const pongs = await askAll('$SRV.PING', 2);
    expect(pongs).toHaveLength(2);
    for (const pong of pongs)
      expect(pong).toEqual({
        type: 'io.nats.micro.v1.ping_response',
        name: 'countersign-authentication',
        id: expect.stringMatching(/^[A-Za-z0-9_-]+$/),
        version: '1.2.3',
        metadata: { product: 'countersign', connection: expect.stringMatching(/^authentication-[12]$/) },
      });
    expect(new Set(pongs.map(({ id }) => id)).size).toBe(2);
  });

  it('the name alone reaches all of that name, name and id one process', async () => {
    const [first] = await askAll('$SRV.PING.countersign-authentication', 2);
    const one = await person.request(`$SRV.PING.countersign-authentication.${first?.id}`);
    expect(one.json()).toEqual(first);
    await expect(person.request('$SRV.PING.countersign-other', '', { timeout: 500 })).rejects.toThrow(/no responders/i);
  });

  it('INFO: endpoints come from the operations', async () => {
    const [info] = await askAll('$SRV.INFO.countersign-authentication', 2);
    expect(info).toMatchObject({
      type: 'io.nats.micro.v1.info_response',
      description: expect.any(String),
      endpoints: [
        {
          name: 'realm-list',
          subject: 'countersign.v1.authentication.realm.list',
          queue_group: 'authentication',
          metadata: { effect: 'none', asked_by: listRealms.askedBy.join(',') },
        },
      ],
    });
  });

  it('STATS: counts requests and errors in nanoseconds, and names the last error by its code only', async () => {
    await person.request(listRealms.subject, '{}');
    isBroken = true;
    await person.request(listRealms.subject, '{}');
    isBroken = false;
    const stats = await askAll('$SRV.STATS.countersign-authentication', 2);
    const endpoints = stats.flatMap(({ endpoints }) => endpoints as Record<string, number | string>[]);
    expect(endpoints.reduce((sum, endpoint) => sum + Number(endpoint.num_requests), 0)).toBe(2);
    expect(endpoints.reduce((sum, endpoint) => sum + Number(endpoint.num_errors), 0)).toBe(1);
    expect(endpoints.map(({ last_error }) => last_error)).toContain('store.unavailable');
    expect(JSON.stringify(stats)).not.toContain('hunter2');
    for (const stat of stats) {
      expect(stat.type).toBe('io.nats.micro.v1.stats_response');
      expect(new Date(String(stat.started)).toISOString()).toBe(stat.started);
    }
    const used = endpoints.find(({ num_requests }) => Number(num_requests) > 0);
    expect(Number.isInteger(used?.processing_time)).toBe(true);
    expect(used?.average_processing_time).toBe(Math.round(Number(used?.processing_time) / Number(used?.num_requests)));
  });

  it('answers operators only', async () => {
    const gateway = await connect({ servers: nats.url, inboxPrefix: '_INBOX_gateway' });
    await expect(gateway.request('$SRV.PING', '', { timeout: 200 })).rejects.toThrow(/timeout/i);
    await gateway.close();
  });
});
