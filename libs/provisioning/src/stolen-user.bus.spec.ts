import 'reflect-metadata';
import {
  events,
  listRealms,
  type Principal,
  principals,
  resolveUser,
  services,
  showUser,
  updateUser,
} from '@countersign/contracts';
import { type Asked, askSubjectOf, Bus, Messenger, newAskContext } from '@countersign/messaging';
import { CountersignServer, Handles } from '@countersign/messaging/server';
import { eventually, startTestNats, type TestNats } from '@countersign/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, headers, type NatsConnection, PermissionViolationError } from '@nats-io/transport-node';
import { Controller, type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import fc from 'fast-check';
import { natsConfiguration } from './nats-configuration.js';
import { provisionStreams } from './streams.js';

const resolved: { userId: string; caller: string }[] = [];
const updated: Pick<Asked, 'caller' | 'actor'>[] = [];

@Controller()
class DirectoryHandlers {
  @Handles(resolveUser)
  resolve({ userId }: { userId: string }, { caller }: Asked) {
    resolved.push({ userId, caller });
    return { id: '00000000-0000-7000-8000-000000000000', userId, state: 'active' as const, isGroupMissing: false };
  }

  @Handles(updateUser)
  update(_request: unknown, { caller, actor }: Asked) {
    updated.push({ caller, actor });
    return { id: '00000000-0000-7000-8000-000000000000' };
  }
}
@Module({ controllers: [DirectoryHandlers] })
class DirectoryModule {}

const passwordOf = (principal: Principal) => `${principal}-`.padEnd(24, '0');
let nats: TestNats;
let service: INestMicroservice;
let serviceBus: Bus;
const thieves = new Map<Principal, { connection: NatsConnection; refusals: PermissionViolationError[] }>();

const urlOf = (principal: Principal) => nats.url.replace('//', `//${principal}:${passwordOf(principal)}@`);

beforeAll(async () => {
  const passwords = Object.fromEntries(principals.map((one) => [one, passwordOf(one)]));
  nats = await startTestNats(natsConfiguration({ passwords }));
  for (const principal of principals) {
    const refusals: PermissionViolationError[] = [];
    const connection = await connect({
      servers: nats.url,
      user: principal,
      pass: passwordOf(principal),
      inboxPrefix: `_INBOX_${principal}`,
      noAsyncTraces: true,
    });
    void (async () => {
      for await (const status of connection.status())
        if (status.type === 'error' && status.error instanceof PermissionViolationError) refusals.push(status.error);
    })();
    thieves.set(principal, { connection, refusals });
  }
  await provisionStreams(thief('provisioner').connection);
  serviceBus = await Bus.connect({ url: urlOf('directory'), name: 'directory-1', user: 'directory' });
  const strategy = new CountersignServer({ bus: serviceBus, service: 'directory' });
  service = await NestFactory.createMicroservice(DirectoryModule, { strategy, logger: false, abortOnError: false });
  await service.listen();
});
afterAll(async () => {
  await service?.close();
  await serviceBus?.close();
  for (const { connection } of thieves.values()) await connection.close();
  await nats?.remove();
});

function thief(principal: Principal) {
  const found = thieves.get(principal);
  if (found === undefined) throw new Error(`no user ${principal}`);
  return found;
}

/** Publishes and answers whether the server refused it. */
async function isRefusedPublish(principal: Principal, subject: string, reply?: string): Promise<boolean> {
  const { connection, refusals } = thief(principal);
  const before = refusals.length;
  connection.publish(subject, '{}', reply === undefined ? {} : { reply });
  await connection.flush();
  await new Promise((resolve) => setImmediate(resolve));
  return refusals.slice(before).some((refusal) => refusal.operation === 'publish' && refusal.subject === subject);
}

async function isRefusedSubscription(principal: Principal, subject: string, queue?: string): Promise<boolean> {
  const { connection } = thief(principal);
  let isRefused = false;
  const subscription = connection.subscribe(subject, {
    ...(queue !== undefined && { queue }),
    callback: (error) => {
      isRefused ||= error !== null;
    },
  });
  await connection.flush();
  await new Promise((resolve) => setImmediate(resolve));
  if (!isRefused) subscription.unsubscribe();
  return isRefused;
}

describe('the bus (guarantee G10)', () => {
  it('lets no client in without credentials, or as the system account', async () => {
    await expect(connect({ servers: nats.url })).rejects.toThrow(/authorization/i);
    await expect(connect({ servers: nats.url, user: 'SYS', pass: 'SYS' })).rejects.toThrow(/authorization/i);
    await expect(connect({ servers: nats.url, user: 'gateway', pass: '' })).rejects.toThrow(/authorization/i);
  });

  it.each(principals)('a stolen user %s cannot hear the requests, inboxes or events of others', async (principal) => {
    const others = [
      ...services.filter((one) => one !== principal).map((one) => `countersign.v1.${one}.user.show`),
      ...principals.filter((one) => one !== principal).map((one) => `_INBOX_${one}.>`),
      ...events.slice(0, 3).map(({ type }) => `countersign.v1.event.demo.${type}`),
      '>',
      '*',
      'countersign.>',
      'countersign.v1.event.>',
      '_INBOX_*.>',
      '$JS.>',
      '$JS.API.>',
      '$JS.EVENT.ADVISORY.>',
      '$SYS.>',
      '$KV.>',
    ];
    for (const subject of others)
      expect([subject, await isRefusedSubscription(principal, subject)]).toEqual([subject, true]);
  });

  it.each(services)(
    'a stolen user %s cannot listen in on its own requests outside its queue group',
    async (service) => {
      const own = `countersign.v1.${service}.user.show`;
      expect(await isRefusedSubscription(service, own)).toBe(true);
      expect(await isRefusedSubscription(service, own, 'tap')).toBe(true);
      expect(await isRefusedSubscription(service, own, service)).toBe(false);
      // CVE-2022-29946: wildcards together with a queue group once passed by what was denied.
      for (const wide of ['countersign.v1.*.user.show', 'countersign.>', '>', '*.>', '_INBOX_*.>'])
        expect([wide, await isRefusedSubscription(service, wide, service)]).toEqual([wide, true]);
    },
  );

  it.each(principals)('a stolen user %s cannot ask, tell or answer in the place of others', async (principal) => {
    const refused = [
      ...[listRealms, showUser, resolveUser].flatMap(({ subject, askedBy }) =>
        principals
          .filter((asker) => asker !== principal || !askedBy.includes(asker))
          .map((asker) => askSubjectOf(subject, asker)),
      ),
      ...events.filter((one) => one.service !== principal).map(({ type }) => `countersign.v1.event.demo.${type}`),
      'countersign.v1.event.demo.directory.user.unheard-of',
      '_INBOX_gateway.x',
      ...services.filter((one) => one !== principal).map((one) => `_INBOX_gateway.${one}.x.y.1`),
      ...(principal === 'operator' ? [] : ['$SRV.PING']),
      '$SYS.REQ.SERVER.PING',
    ];
    for (const subject of refused)
      expect([subject, await isRefusedPublish(principal, subject)]).toEqual([subject, true]);
  });

  it.each(principals.filter((one) => one !== 'provisioner'))(
    'a stolen user %s cannot change streams and consumers, nor read past its own',
    async (principal) => {
      for (const stream of ['COUNTERSIGN_EVENTS', 'COUNTERSIGN_AUDIT'])
        for (const verb of [
          `STREAM.CREATE.${stream}`,
          `STREAM.UPDATE.${stream}`,
          `STREAM.DELETE.${stream}`,
          `STREAM.PURGE.${stream}`,
          `STREAM.MSG.GET.${stream}`,
          `STREAM.MSG.DELETE.${stream}`,
          `STREAM.SNAPSHOT.${stream}`,
          `DIRECT.GET.${stream}`,
          `CONSUMER.CREATE.${stream}`,
          `CONSUMER.CREATE.${stream}.stolen`,
          `CONSUMER.DURABLE.CREATE.${stream}.stolen`,
          `CONSUMER.DELETE.${stream}.audit_record`,
        ])
          expect([verb, await isRefusedPublish(principal, `$JS.API.${verb}`)]).toEqual([verb, true]);
      if (principal !== 'audit')
        expect(await isRefusedPublish(principal, '$JS.API.CONSUMER.MSG.NEXT.COUNTERSIGN_AUDIT.audit_record')).toBe(
          true,
        );
    },
  );

  it('even the provisioner cannot delete, purge or read', async () => {
    for (const verb of ['STREAM.DELETE', 'STREAM.PURGE', 'STREAM.MSG.GET'])
      expect(await isRefusedPublish('provisioner', `$JS.API.${verb}.COUNTERSIGN_EVENTS`)).toBe(true);
    expect(await isRefusedPublish('provisioner', '$JS.API.CONSUMER.MSG.NEXT.COUNTERSIGN_EVENTS.listener')).toBe(true);
  });
});

describe('a name that is not its own', () => {
  const change = JSON.stringify({ realm: 'demo', userId: 'jdoe', name: { given: 'J' } });
  const asActor = (actor: string) => {
    const made = headers();
    made.set('Countersign-Actor', actor);
    made.set('Countersign-Caller', 'gateway');
    return made;
  };
  const application = asActor(`application:${'a'.repeat(32)}`);

  it("is not taken by an operator who aims the answer at the gateway's inbox, to blame an application", async () => {
    updated.length = 0;
    const { connection } = thief('operator');
    const reply = '_INBOX_gateway.directory.x.y.1';
    connection.publish(updateUser.subject, change, { reply, headers: application });
    expect(await isRefusedPublish('operator', askSubjectOf(updateUser.subject, 'gateway'), reply)).toBe(true);
    await connection.request(updateUser.subject, change, { timeout: 2_000, headers: application });
    expect(updated).toEqual([{ caller: 'operator', actor: { kind: 'operator', id: 'operator' } }]);
  });

  it("is not taken by authentication that asks in the operator's place", async () => {
    resolved.length = 0;
    for (const reply of ['_INBOX.x', '_INBOX_operator.x', '_INBOX_authentication.directory.x.y.1'])
      expect(await isRefusedPublish('authentication', resolveUser.subject, reply)).toBe(true);
    expect(resolved).toEqual([]);
  });

  it('is not taken by the gateway that says an operator acts through it', async () => {
    updated.length = 0;
    const { connection } = thief('gateway');
    await connection.request(askSubjectOf(updateUser.subject, 'gateway'), change, {
      timeout: 2_000,
      headers: asActor('operator:root'),
      noMux: true,
      reply: '_INBOX_gateway.directory.x.y.1',
    });
    expect(updated).toEqual([{ caller: 'gateway', actor: { kind: 'service', id: 'gateway' } }]);
  });
});

describe('a reply aimed elsewhere', () => {
  const request = JSON.stringify({ realm: 'demo', userId: 'aimed' });
  const ownForm = askSubjectOf(resolveUser.subject, 'authentication');

  it.each([
    '_INBOX_gateway.directory.x.y.1',
    '_INBOX_authentication.factors.x.y.1',
    '_INBOX_authentication.x',
    'countersign.v1.event.demo.directory.user.created',
    'countersign.v1.authentication.realm.create',
    '$JS.API.STREAM.DELETE.COUNTERSIGN_EVENTS',
    '$SRV.PING',
    '_INBOX.x',
    '_INBOX_operator.x',
  ])('at %s is neither run nor answered', async (reply) => {
    resolved.length = 0;
    const { connection } = thief('authentication');
    connection.publish(ownForm, request, { reply });
    await connection.flush();
    // The same connection's next request comes after it.
    const answer = await connection.request(ownForm, JSON.stringify({ realm: 'demo', userId: 'next' }), {
      timeout: 2_000,
      noMux: true,
      reply: '_INBOX_authentication.directory.spec.1',
    });
    expect(answer.json()).toMatchObject({ userId: 'next' });
    expect(resolved).toEqual([{ userId: 'next', caller: 'authentication' }]);
  });
});

describe('what people type', () => {
  it('never reaches a subject: user ids like *, > and a.b are values', async () => {
    const bus = await Bus.connect({ url: urlOf('authentication'), name: 'authentication-2', user: 'authentication' });
    const messenger = new Messenger(bus);
    const hostile = [
      '*',
      '>',
      'a.b',
      'a b',
      'x\r\nPUB countersign.v1.directory.user.create 2\r\n{}',
      '$SYS',
      '_INBOX.>',
    ];
    for (const userId of hostile) {
      const answer = await messenger.ask(resolveUser, { realm: 'demo', userId }, newAskContext());
      expect(answer.userId).toBe(userId);
    }
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }), async (userId) => {
        fc.pre(!userId.includes('\0'));
        const actor = { kind: 'user', id: userId } as const;
        const answer = await messenger.ask(resolveUser, { realm: 'demo', userId }, newAskContext({ actor }));
        expect(answer.userId).toBe(userId);
      }),
      { numRuns: 100 },
    );
    await bus.close();
  });

  it.each(['*', '>', 'a.b', 'a b', '', 'a\r\n'])('a realm named %j is refused before it is sent', async (realm) => {
    const bus = await Bus.connect({ url: urlOf('authentication'), name: 'authentication-3', user: 'authentication' });
    const asking = new Messenger(bus).ask(resolveUser, { realm, userId: 'x' }, newAskContext());
    await expect(asking).rejects.toMatchObject({ code: 'request.malformed' });
    await bus.close();
  });
});

describe('an ask without permission', () => {
  it('is told so at once, although NATS tells only the connection', async () => {
    const bus = await Bus.connect({ url: urlOf('listener'), name: 'listener-1', user: 'listener' });
    const asking = new Messenger(bus).ask(resolveUser, { realm: 'demo', userId: 'x' }, newAskContext());
    await expect(asking).rejects.toMatchObject({ code: 'bus.not_permitted' });
    await bus.close();
  });

  it('or with an inbox that is not its own, too', async () => {
    const options = { url: urlOf('authentication'), name: 'x', user: 'authentication' as const };
    const bus = await Bus.connect({ ...options, inboxPrefix: '_INBOX_gateway' });
    const asking = new Messenger(bus).ask(resolveUser, { realm: 'demo', userId: 'x' }, newAskContext());
    await expect(asking).rejects.toMatchObject({ code: 'bus.not_permitted' });
    await bus.close();
  });

  it('fails the start of a service that may not serve what it handles', async () => {
    const bus = await Bus.connect({ url: urlOf('authentication'), name: 'x', user: 'authentication' });
    const strategy = new CountersignServer({ bus, service: 'authentication' });
    const app = await NestFactory.createMicroservice(DirectoryModule, { strategy, logger: false, abortOnError: false });
    await expect(app.listen()).rejects.toThrow(/permissions violation/i);
    await app.close();
    await bus.close();
  });
});

describe('streams and consumers', () => {
  it('are made again without harm, also by two at once', async () => {
    const { connection } = thief('provisioner');
    await Promise.all([provisionStreams(connection), provisionStreams(connection, { maxAgeDays: 3 })]);
    await provisionStreams(connection);
    const manager = await jetstreamManager(connection, { checkAPI: false });
    const { config } = await manager.streams.info('COUNTERSIGN_EVENTS');
    expect(config).toMatchObject({
      storage: 'file',
      retention: 'limits',
      discard: 'old',
      num_replicas: 1,
      max_age: 7 * 864e11,
    });
    expect(config.max_bytes).toBe(2 * 1024 ** 3);
    expect(config.duplicate_window).toBeGreaterThanOrEqual(120e9);
    const consumer = await manager.consumers.info('COUNTERSIGN_AUDIT', 'audit_record');
    expect(consumer.config).toMatchObject({
      ack_policy: 'explicit',
      max_deliver: -1,
      ack_wait: 30e9,
      deliver_policy: 'all',
    });
  });

  it('let a service tell its events, and a listener fetch and acknowledge what it may hear', async () => {
    const heard = events.find((one) => one.service === 'directory' && one.heardBy.includes('listener'));
    const subject = `countersign.v1.event.demo.${heard?.type}`;
    const told = await jetstream(thief('directory').connection).publish(subject, '{"n":1}', { msgID: 'e-1' });
    expect(told.stream).toBe('COUNTERSIGN_EVENTS');
    const again = await jetstream(thief('directory').connection).publish(subject, '{"n":1}', { msgID: 'e-1' });
    expect(again).toMatchObject({ duplicate: true, seq: told.seq });
    const consumer = await jetstream(thief('listener').connection).consumers.get('COUNTERSIGN_EVENTS', 'listener');
    await eventually(async () => {
      const message = await consumer.next({ expires: 1_000 });
      expect(await message?.ackAck()).toBe(true);
      return message?.seq === told.seq;
    });
  });

  it('can be looked at by an operator', async () => {
    const manager = await jetstreamManager(thief('operator').connection);
    const names: string[] = [];
    for await (const name of manager.streams.names()) names.push(name);
    expect(names.sort()).toEqual(['COUNTERSIGN_AUDIT', 'COUNTERSIGN_EVENTS']);
    expect((await manager.consumers.info('COUNTERSIGN_EVENTS', 'listener')).name).toBe('listener');
  });
});
