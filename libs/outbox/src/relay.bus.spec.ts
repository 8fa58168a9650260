import { systemClock, systemRandomness } from '@countersign/clock';
import { type EventEnvelope, userCreated } from '@countersign/contracts';
import {
  answersInClear,
  Database,
  IdempotencyRecords,
  migrate,
  migrationName,
  openDataSource,
  runtimeRoleOf,
  type Transaction,
  UnitOfWork,
  unbounded,
} from '@countersign/persistence';
import {
  databaseWithRoles,
  eventually,
  type ServiceTestDatabase,
  startTestNats,
  type TestNats,
  testLogger,
} from '@countersign/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AckPolicy, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import {
  type EventBus,
  EventFeed,
  eventPositionSql,
  listEvents,
  Outbox,
  outboxMigrationSql,
  PostgresPositions,
  Relay,
} from './index.js';

class CreateTables implements MigrationInterface {
  readonly name = migrationName(1, 'tables');
  async up(runner: QueryRunner): Promise<void> {
    const role = await runtimeRoleOf(runner);
    const tables = [outboxMigrationSql('directory', role), eventPositionSql('directory', role)];
    for (const statement of tables.flatMap((sql) => sql.up)) await runner.query(statement);
    await runner.query('create table directory.effect (place bigserial, sequence int, target text)');
    await runner.query(`grant select, insert on directory.effect to ${role}`);
    await runner.query(`grant usage on sequence directory.effect_place_seq to ${role}`);
  }
  async down(): Promise<void> {}
}

const stream = 'COUNTERSIGN_EVENTS';
let test: ServiceTestDatabase;
let nats: TestNats;
let dataSource: DataSource;
let database: Database;
let unit: UnitOfWork;
let closing: (() => Promise<unknown>)[];
let asked: number;

async function join(): Promise<EventBus> {
  const connection = await connect({
    servers: nats.url,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 50,
    reconnectJitter: 10,
    noAsyncTraces: true,
  });
  closing.push(() => connection.close());
  return followed(connection);
}

function followed(connection: NatsConnection): EventBus {
  let isUp = true;
  const listeners = new Set<() => void>();
  void (async () => {
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') isUp = false;
      if (status.type !== 'reconnect') continue;
      isUp = true;
      for (const listener of listeners) listener();
    }
  })();
  return {
    connection,
    isUp: () => isUp,
    onUp: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** What the provisioner does. */
async function provision(): Promise<void> {
  const connection = await connect({ servers: nats.url });
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: stream, subjects: ['countersign.v1.event.>'] });
  await manager.consumers.add(stream, {
    durable_name: 'listener',
    ack_policy: AckPolicy.Explicit,
    ack_wait: 5_000_000_000,
  });
  await connection.close();
}

async function inStream<T>(work: (manager: Awaited<ReturnType<typeof jetstreamManager>>) => Promise<T>): Promise<T> {
  const connection = await connect({ servers: nats.url });
  return work(await jetstreamManager(connection)).finally(() => connection.close());
}

const stored = () => inStream(async (manager) => (await manager.streams.info(stream)).state);

async function storedSequences(): Promise<number[]> {
  return inStream(async (manager) => {
    const { last_seq } = (await manager.streams.info(stream)).state;
    const found: number[] = [];
    for (let seq = 1; seq <= last_seq; seq += 1) {
      const message = await manager.streams.getMessage(stream, { seq });
      if (message !== null) found.push(message.json<EventEnvelope>().sequence);
    }
    return found;
  });
}

async function startRelay(bus?: EventBus): Promise<{ relay: Relay; outbox: Outbox }> {
  const relay = new Relay({
    service: 'directory',
    url: test.runtimeUrl,
    bus: bus ?? (await join()),
    logger: testLogger(),
  });
  relay.start();
  closing.push(() => relay.close());
  return { relay, outbox: new Outbox(systemClock, systemRandomness, () => relay.nudge()) };
}

async function startFeed(): Promise<EventFeed<Transaction>> {
  const feed = new EventFeed<Transaction>({
    bus: await join(),
    streams: [stream],
    durable: 'listener',
    sources: ['directory'],
    askEvents: (source, after, limit) => {
      asked += 1;
      return listEvents(database, source, 'listener', { after, limit });
    },
    positions: new PostgresPositions(database, unit, 'spec'),
    handle: async (event, tx) => {
      await tx.query('insert into effect (sequence, target) values ($1, $2)', [event.sequence, event.target.id]);
    },
    logger: testLogger(),
    reconcileMs: 500,
  });
  feed.start();
  closing.push(() => feed.close());
  return feed;
}

let written = 0;
async function write(outbox: Outbox, count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    written += 1;
    const fields = {
      realm: 'demo',
      actor: { kind: 'service' as const, id: 's' },
      via: { traceId: 't' },
      target: { kind: 'user', id: `u${written}` },
      details: { fields: [] },
      personal: { userId: 'x' },
    };
    await unit.run(unbounded, (tx) => outbox.record(tx, userCreated, fields));
  }
}

const effects = async () =>
  (await database.query<{ sequence: number }>('select sequence from effect order by place')).map((row) => row.sequence);
const published = async () =>
  Number((await database.query<{ n: string }>('select published_sequence as n from outbox_head'))[0]?.n);
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
const within = { deadlineMs: 20_000, everyMs: 50 };

/** Its keeper starts it again; until then there is nothing to kill. */
const killNats = () => eventually(() => void process.kill(nats.pid, 'SIGKILL'), within);

beforeEach(async () => {
  [test, nats] = await Promise.all([databaseWithRoles('directory'), startTestNats('', { revives: true })]);
  await migrate({ url: test.ownerUrl, schema: 'directory', migrations: [CreateTables], logger: testLogger() });
  dataSource = await openDataSource({
    url: test.runtimeUrl,
    schema: 'directory',
    entities: [],
    poolSize: 4,
    statementTimeoutMs: 5_000,
    logger: testLogger(),
  });
  database = new Database(dataSource, 100);
  unit = new UnitOfWork(database, new IdempotencyRecords(answersInClear));
  closing = [];
  asked = 0;
  written = 0;
});
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  await dataSource.destroy();
  await Promise.all([test.drop(), nats.remove()]);
});

describe('the relay', () => {
  it('publishes every event in the order of its numbers', async () => {
    await provision();
    const { outbox } = await startRelay();
    await write(outbox, 30);
    await eventually(async () => (await published()) === 30, within);
    expect(await storedSequences()).toEqual(upTo(30));
  });

  it('keeps what it cannot publish while the stream is missing, and then goes on', async () => {
    const { outbox } = await startRelay();
    await write(outbox, 5);
    await eventually(async () => (await database.query('select 1 from outbox where sequence = 5')).length === 1);
    expect(await published()).toBe(0);
    await provision();
    await eventually(async () => (await published()) === 5, within);
    expect(await storedSequences()).toEqual(upTo(5));
  });

  it('goes on by itself after nats-server was killed', async () => {
    await provision();
    const { outbox } = await startRelay();
    await write(outbox, 5);
    await eventually(async () => (await published()) === 5, within);
    await killNats();
    await write(outbox, 5);
    await eventually(async () => (await published()) === 10, within);
    expect([...new Set(await storedSequences())]).toEqual(upTo(10));
  });

  it('fills a stream again that was wiped', async () => {
    await provision();
    const { outbox } = await startRelay();
    await write(outbox, 20);
    await eventually(async () => (await published()) === 20, within);
    await inStream((manager) => manager.streams.delete(stream));
    await provision();
    await write(outbox, 1);
    await eventually(async () => (await stored()).messages >= 21, within);
    await eventually(async () => (await published()) === 21, within);
    expect([...new Set(await storedSequences())].sort((a, b) => a - b)).toEqual(upTo(21));
  });

  it('fills it by the next relay, when the one that noticed is gone before it was done', async () => {
    await provision();
    const { relay, outbox } = await startRelay();
    await write(outbox, 20);
    await eventually(async () => (await published()) === 20, within);
    await relay.close();
    // as it is left by a relay that noticed a rewind and sent nothing again yet
    await database.query(`update outbox_head set marks = '[{"atMs": 0, "sequence": 5}]'`);
    await inStream((manager) => manager.streams.delete(stream));
    await provision();
    await startRelay();
    await eventually(async () => (await stored()).messages >= 15, within);
    expect([...new Set(await storedSequences())].sort((a, b) => a - b)).toEqual(
      expect.arrayContaining(upTo(20).slice(5)),
    );
  });

  it('tells JetStream the id of the event, so that a repetition is dropped', async () => {
    await provision();
    const { relay, outbox } = await startRelay();
    await write(outbox, 10);
    await eventually(async () => (await published()) === 10, within);
    await relay.close();
    // a new leader goes back three minutes, that is to the first
    await startRelay();
    await write(outbox, 1);
    await eventually(async () => (await published()) === 11, within);
    expect(await storedSequences()).toEqual(upTo(11));
  });
});

describe('a durable listener of another process', () => {
  it('sees every event, in order, without asking when the stream has them all', async () => {
    await provision();
    const { outbox } = await startRelay();
    await startFeed();
    await eventually(() => asked > 0);
    await write(outbox, 40);
    await eventually(async () => (await effects()).length === 40, within);
    expect(await effects()).toEqual(upTo(40));
  });

  it('sees what a stream lost, though nothing new is published', async () => {
    await provision();
    const { relay, outbox } = await startRelay();
    await write(outbox, 10);
    await eventually(async () => (await published()) === 10, within);
    await relay.close();
    await inStream((manager) => manager.streams.purge(stream));
    await startFeed();
    await eventually(async () => (await effects()).length === 10, within);
    expect(await effects()).toEqual(upTo(10));
  });

  it('goes on after stream and consumer were wiped and made again', async () => {
    await provision();
    const { outbox } = await startRelay();
    await startFeed();
    await write(outbox, 10);
    await eventually(async () => (await effects()).length === 10, within);
    await inStream((manager) => manager.streams.delete(stream));
    await write(outbox, 10);
    await provision();
    await write(outbox, 10);
    await eventually(async () => (await effects()).length === 30, within);
    await eventually(async () => (await published()) === 30, within);
    expect(await effects()).toEqual(upTo(30));
    await eventually(async () => (await stored()).messages >= 30, within);
  });

  it('sees each once in effect while nats-server, relays and listeners are killed', async () => {
    await provision();
    let { relay, outbox } = await startRelay();
    let feed = await startFeed();
    for (let round = 0; round < 4; round += 1) {
      await write(outbox, 20);
      await killNats();
      await write(outbox, 20);
      // what a killed process leaves: its connections end, nothing is tidied up
      await database.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where pid <> pg_backend_pid() and usename = current_user and datname = current_database()`,
      );
      if (round % 2 === 0) {
        await Promise.all([feed.close(0), relay.close(0)]);
        ({ relay, outbox } = await startRelay(await eventually(join, within)));
        feed = await startFeed();
      }
    }
    await eventually(async () => (await effects()).length >= 160, { deadlineMs: 40_000, everyMs: 100 });
    await eventually(async () => (await published()) === 160, within);
    expect(await effects()).toEqual(upTo(160));
  }, 90_000);
});
