import { type Principal, principals } from '@countersign/contracts';
import { startTestNats, type TestNats } from '@countersign/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstream } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { natsConfiguration } from './nats-configuration.js';
import { provisionStreams } from './streams.js';

const passwordOf = (principal: Principal) => `${principal}-`.padEnd(24, '0');
const told = 'countersign.v1.event.demo.directory.user.created';
const own = 'COUNTERSIGN_EVENTS.listener';
let nats: TestNats;
const opened: NatsConnection[] = [];
let [directory, listener, operator]: NatsConnection[] = [];

async function as(principal: Principal): Promise<NatsConnection> {
  const connection = await connect({
    servers: nats.url,
    user: principal,
    pass: passwordOf(principal),
    inboxPrefix: `_INBOX_${principal}`,
    noAsyncTraces: true,
  });
  opened.push(connection);
  return connection;
}

beforeAll(async () => {
  nats = await startTestNats(
    natsConfiguration({ passwords: Object.fromEntries(principals.map((p) => [p, passwordOf(p)])) }),
  );
  await provisionStreams(await as('provisioner'));
  [directory, listener, operator] = [await as('directory'), await as('listener'), await as('operator')];
});
afterAll(async () => {
  for (const connection of opened) await connection.close();
  await nats?.remove();
});

function of(connection: NatsConnection | undefined): NatsConnection {
  if (connection === undefined) throw new Error('not connected');
  return connection;
}

async function stored(): Promise<{ readonly first: number; readonly count: number }> {
  const answer = await of(operator).request('$JS.API.STREAM.INFO.COUNTERSIGN_EVENTS', '');
  const { state, error } = answer.json<{ state?: { first_seq: number; messages: number }; error?: unknown }>();
  if (state === undefined) throw new Error(`no stream: ${JSON.stringify(error)}`);
  return { first: state.first_seq, count: state.messages };
}

/** Waits until JetStream has answered all that was published before: it takes fetches of one consumer in turn. */
async function settle(): Promise<void> {
  const consumer = await jetstream(of(listener)).consumers.get('COUNTERSIGN_EVENTS', 'listener');
  await consumer.fetch({ max_messages: 1, expires: 1_000 }).then(async (messages) => {
    for await (const _ of messages) break;
  });
}

describe('what JetStream answers in its own right (guarantee G10)', () => {
  const aims = [
    '$JS.API.STREAM.DELETE.COUNTERSIGN_EVENTS',
    '$JS.API.STREAM.PURGE.COUNTERSIGN_EVENTS',
    '$JS.API.CONSUMER.DELETE.COUNTERSIGN_EVENTS.listener',
  ];
  const repeated = Array.from({ length: 40 }, (_, i) => i + 1);

  it.each(aims)('changes nothing, aimed at %s by fetches, acknowledgements, looks and events', async (reply) => {
    for (let i = 0; i < 3; i += 1) await jetstream(of(directory)).publish(told, '{}');
    const before = await stored();
    for (const i of repeated) {
      of(listener).publish(`$JS.API.CONSUMER.MSG.NEXT.${own}`, '{"batch":1,"no_wait":true}', { reply });
      of(listener).publish(`$JS.API.CONSUMER.MSG.NEXT.${own}`, '{"batch":5,"expires":20000000}', { reply });
      of(listener).publish(`$JS.ACK.${own}.1.${i}.${i}.1.0`, i % 2 === 0 ? '+ACK' : '+NXT', { reply });
    }
    of(listener).publish(`$JS.API.CONSUMER.INFO.${own}`, '', { reply });
    of(directory).publish(told, '{}', { reply });
    await of(listener).flush();
    await settle();
    await jetstream(of(directory)).publish(told, '{}');
    expect(await stored()).toEqual({ first: before.first, count: before.count + 2 });
    const consumer = await jetstream(of(listener)).consumers.get('COUNTERSIGN_EVENTS', 'listener');
    expect((await consumer.info()).name).toBe('listener');
  });
});
