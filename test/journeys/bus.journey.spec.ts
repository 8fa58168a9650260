import {
  commonOperations,
  createRealm,
  events,
  listRealms,
  operations,
  principals,
  runningServices,
  services,
  showProfile,
  showUser,
  updateUser,
} from '@countersign/contracts';
import { askSubjectOf } from '@countersign/messaging';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, type Msg } from '@nats-io/transport-node';
import { BusUser } from './bus-user.js';
import { Listener } from './listener.js';
import { Platform } from './platform.js';

/** Guarantee G10 and service discovery, from outside: real permissions, real services. */
const streams = ['COUNTERSIGN_EVENTS', 'COUNTERSIGN_AUDIT'];
const jdoe = JSON.stringify({ realm: 'demo', userId: 'jdoe' });

let platform: Platform;
beforeAll(async () => {
  platform = await Platform.start();
}, 120_000);
afterAll(() => platform?.remove(), 60_000);

describe.each([
  ['without a prefix of their own, as the nats command asks', undefined],
  ['with the inbox prefix of operators', '_INBOX_operator'],
])('an operator %s', (_how, inboxPrefix) => {
  let operator: BusUser;
  beforeAll(async () => {
    operator = await BusUser.connect(platform.demo.natsUrl, inboxPrefix);
  });
  afterAll(() => operator?.close());

  async function discover(verb: string): Promise<{ type: string; name: string; [key: string]: unknown }[]> {
    const answers: Msg[] = [];
    const options = { strategy: 'count', maxMessages: runningServices.length, maxWait: 10_000 } as const;
    for await (const answer of await operator.connection.requestMany(`$SRV.${verb}`, '', options)) answers.push(answer);
    return answers.map((answer) => answer.json<{ type: string; name: string }>());
  }

  it('finds every service, by PING', async () => {
    const found = await discover('PING');
    expect(found.map(({ name }) => name).sort()).toEqual(runningServices.map((name) => `countersign-${name}`).sort());
    expect(new Set(found.map(({ type }) => type))).toEqual(new Set(['io.nats.micro.v1.ping_response']));
  });

  it('sees every operation that is declared, by INFO', async () => {
    const endpoints = (await discover('INFO')).flatMap((info) => info['endpoints'] as { subject: string }[]);
    expect(endpoints.map(({ subject }) => subject).sort()).toEqual(operations.map(({ subject }) => subject));
  });

  it('sees that what is asked is counted, by STATS', async () => {
    const count = async () => {
      const endpoints = (await discover('STATS')).flatMap(
        (stats) => stats['endpoints'] as { subject: string; num_requests: number }[],
      );
      return endpoints.find(({ subject }) => subject === showUser.subject)?.num_requests ?? 0;
    };
    const before = await count();
    await operator.connection.request(showUser.subject, jdoe);
    expect(await count()).toBe(before + 1);
  });

  it('asks with plain JSON and is answered with plain JSON, without PIN and answers', async () => {
    const answer = await operator.connection.request(showUser.subject, jdoe);
    expect(answer.headers?.get('Nats-Service-Error-Code') ?? '').toBe('');
    expect(answer.json()).toMatchObject({
      userId: 'jdoe',
      state: 'active',
      name: { given: 'John' },
    });
    expect(answer.string()).not.toMatch(/1234|"red"|Alexandria|"pin"/);
  });

  it.each([
    ['404', 'user.unknown', JSON.stringify({ realm: 'demo', userId: 'nobody' })],
    ['404', 'realm.unknown', JSON.stringify({ realm: 'nowhere', userId: 'jdoe' })],
    ['400', 'request.malformed', JSON.stringify({ realm: '*', userId: 'jdoe' })],
    ['400', 'request.malformed', '{'],
  ])('reads a refusal in the headers of ADR-32 and in the body: %s %s', async (status, code, body) => {
    const refused = await operator.connection.request(showUser.subject, body);
    expect(refused.headers?.get('Nats-Service-Error-Code')).toBe(status);
    expect(refused.headers?.get('Nats-Service-Error')).toBe(refused.json<{ title: string }>().title);
    expect(refused.json()).toMatchObject({ code, status: Number(status) });
  });
});

describe('a connection to the bus', () => {
  it('is refused without credentials, with wrong ones, and as the system account', async () => {
    const { host: servers, password } = new URL(platform.demo.natsUrl);
    for (const credentials of [
      {},
      { user: 'operator' },
      { user: 'operator', pass: `${password}x` },
      { user: 'gateway', pass: password },
      { user: 'SYS', pass: '' },
      { token: password },
    ]) {
      await expect(connect({ servers, ...credentials, reconnect: false })).rejects.toThrow(/authorization/i);
    }
  });
});

const thieves = ['gateway', ...runningServices, 'listener'] as const;
describe.each(thieves)('who has stolen env/%s.env', (name) => {
  let thief: BusUser;
  beforeAll(async () => {
    thief = await BusUser.connect(platform.environmentOf(name)['NATS_URL'] ?? '', `_INBOX_${name}`);
  });
  afterAll(() => thief?.close());

  it('asks the operations that are for it, and no other', async () => {
    for (const { subject, askedBy } of operations) {
      for (const asker of principals) {
        const form = askSubjectOf(subject, asker);
        const isRefused = await thief.isRefusedPublish(form, `_INBOX_${name}.x.y.1`);
        expect([form, isRefused]).toEqual([form, asker !== name || !askedBy.includes(name)]);
      }
    }
    expect(await thief.isRefusedPublish('$SRV.PING', `_INBOX_${name}.x.y.1`)).toBe(true);
  });

  it('tells no event of another service, and answers for none', async () => {
    const others = [
      ...events.filter(({ service }) => service !== name).map(({ type }) => `countersign.v1.event.demo.${type}`),
      ...services.filter((one) => one !== name).map((one) => `_INBOX_gateway.${one}.x.y.1`),
      '_INBOX_gateway.x',
    ];
    for (const subject of others) {
      expect([subject, await thief.isRefusedPublish(subject)]).toEqual([subject, true]);
    }
  });

  it('hears no event, no request to others, and no answer to others', async () => {
    const others = [
      ...events.map(({ type }) => `countersign.v1.event.demo.${type}`),
      ...runningServices.filter((one) => one !== name).map((one) => `countersign.v1.${one}.>`),
      ...principals.filter((one) => one !== name).map((one) => `_INBOX_${one}.>`),
      '_INBOX.>',
      '>',
      '*.>',
      'countersign.>',
      '$JS.>',
      '$SYS.>',
    ];
    for (const subject of others) {
      expect([subject, await thief.isRefusedSubscription(subject)]).toEqual([subject, true]);
      expect([subject, await thief.isRefusedSubscription(subject, name)]).toEqual([subject, true]);
    }
    // not even its own, outside the queue group in which a replica would be noticed
    expect(await thief.isRefusedSubscription(`countersign.v1.${name}.>`)).toBe(true);
  });

  it('cannot change, read or empty the streams', async () => {
    for (const stream of streams) {
      for (const verb of [
        'STREAM.CREATE',
        'STREAM.UPDATE',
        'STREAM.DELETE',
        'STREAM.PURGE',
        'STREAM.MSG.GET',
        'STREAM.MSG.DELETE',
        'STREAM.SNAPSHOT',
        'STREAM.INFO',
        'DIRECT.GET',
        'CONSUMER.CREATE',
      ]) {
        const subject = `$JS.API.${verb}.${stream}`;
        expect([subject, await thief.isRefusedPublish(subject)]).toEqual([subject, true]);
      }
      for (const subject of [
        `$JS.API.CONSUMER.DURABLE.CREATE.${stream}.${name}`,
        `$JS.API.CONSUMER.DELETE.${stream}.audit_record`,
        `$JS.API.CONSUMER.MSG.NEXT.${stream}.audit_record`,
        `$JS.ACK.${stream}.audit_record.1.1.1.1.1`,
      ]) {
        expect([subject, await thief.isRefusedPublish(subject)]).toEqual([subject, true]);
      }
    }
  });
});

describe('an answer aimed elsewhere', () => {
  let gateway: BusUser;
  let operator: BusUser;
  beforeAll(async () => {
    gateway = await BusUser.connect(platform.environmentOf('gateway')['NATS_URL'] ?? '', '_INBOX_gateway');
    operator = await BusUser.connect(platform.demo.natsUrl);
  });
  afterAll(async () => {
    await gateway?.close();
    await operator?.close();
  });

  const show = async () => (await operator.connection.request(showUser.subject, jdoe)).string();
  const change = JSON.stringify({ realm: 'demo', userId: 'jdoe', attributes: { custom9: 'aimed' } });

  it.each([
    '_INBOX_authentication.directory.x.y.1',
    '_INBOX_listener.directory.x.y.1',
    '_INBOX_gateway.authentication.x.y.1',
    '_INBOX_gateway.x',
    '_INBOX_gateway.*.x.y.1',
    createRealm.subject,
    'countersign.v1.event.demo.directory.user.created',
    '$JS.API.STREAM.PURGE.COUNTERSIGN_EVENTS',
    '$SRV.PING',
    undefined,
  ])('at %s is not given, and what it asked is not done', async (reply) => {
    const before = await show();
    const subject = askSubjectOf(updateUser.subject, 'gateway');
    gateway.connection.publish(subject, change, reply === undefined ? {} : { reply });
    // the same connection's next request comes after it, at the same service
    const next = await gateway.connection.request(askSubjectOf(showProfile.subject, 'gateway'), jdoe, {
      timeout: 10_000,
      noMux: true,
      reply: '_INBOX_gateway.directory.x.y.2',
    });
    expect(next.json()).toMatchObject({ userId: 'jdoe' });
    expect(await show()).toBe(before);
  });

  it('by way of JetStream is no request, changes no stream, and is passed over by who listens', async () => {
    const listener = await Listener.start(platform);
    const thief = await BusUser.connect(platform.environmentOf('listener')['NATS_URL'] ?? '', '_INBOX_listener');
    try {
      const before = await show();
      const own = 'COUNTERSIGN_EVENTS.listener';
      for (const reply of [
        'countersign.v1.directory.user.mark',
        'countersign.v1.directory.user.update.gateway',
        createRealm.subject,
        '$JS.API.STREAM.PURGE.COUNTERSIGN_EVENTS',
        '$JS.API.STREAM.DELETE.COUNTERSIGN_EVENTS',
        'countersign.v1.event.demo.directory.user.created',
      ]) {
        thief.connection.publish(`$JS.API.CONSUMER.INFO.${own}`, '', { reply });
        thief.connection.publish(`$JS.API.CONSUMER.MSG.NEXT.${own}`, '{"batch":1,"no_wait":true}', { reply });
      }
      await thief.connection.flush();
      expect(await show()).toBe(before);
      await platform.application.ask('PUT', '/demo/api/v1/users/jdoe', { properties: { auxId9: 'heard' } });
      await listener.catchesUp();
      const recorded = await platform.query(
        `select 1 as one from directory.outbox where type <> 'directory.key-ring.resealed'`,
      );
      expect((await listener.heard()).filter(({ source }) => source === 'directory')).toHaveLength(recorded.length);
      const info = await operator.connection.request('$JS.API.STREAM.INFO.COUNTERSIGN_EVENTS', '');
      expect(info.json<{ state: { first_seq: number } }>().state.first_seq).toBe(1);
    } finally {
      await thief.close();
      await listener.kill();
    }
  }, 60_000);
});

describe('what people type', () => {
  const users = '/demo/api/v1/users';

  it.each(['*', '>', 'a.b', 'a b.>', '$SYS', '_INBOX.>', '\r\nPUB x 0'])(
    'is a value and no subject: %j',
    async (userId) => {
      const { application } = platform;
      const made = await application.ask('POST', users, { userId, password: 'correct horse battery' });
      const path = `${users}/${encodeURIComponent(userId)}`;
      const shown = await application.ask('GET', path);
      if (made.json.status === 'success') expect(shown.json).toMatchObject({ userId, status: 'found' });
      else expect([made.json.status, shown.status === 200]).toEqual(['failed', false]);
      const realm = await application.ask('GET', `/${encodeURIComponent(userId)}/api/v1/users/jdoe`);
      expect([400, 401, 404]).toContain(realm.status);
    },
  );
});

describe('event.list', () => {
  it('answers each only what it may hear', async () => {
    const listener = await BusUser.connect(platform.environmentOf('listener')['NATS_URL'] ?? '', '_INBOX_listener');
    const heard = new Set(events.filter(({ heardBy }) => heardBy.includes('listener')).map(({ type }) => type));
    for (const [service, { listEvents }] of Object.entries(commonOperations)) {
      const reply = `_INBOX_listener.${service}.x.y.1`;
      const request = JSON.stringify({ after: 0, limit: 500 });
      const answer = await listener.connection.request(askSubjectOf(listEvents.subject, 'listener'), request, {
        timeout: 10_000,
        noMux: true,
        reply,
      });
      const types = answer.json<{ events: { type: string }[] }>().events.map(({ type }) => type);
      expect(types.length).toBeGreaterThan(0);
      expect(types.filter((type) => !heard.has(type))).toEqual([]);
    }
    expect(await listener.isRefusedPublish(listRealms.subject)).toBe(true);
    await listener.close();
  });
});
