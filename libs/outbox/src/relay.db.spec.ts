import { FixedClock, SeededRandomness } from '@countersign/clock';
import { defineEvent, Problem, userCreated, userMarked } from '@countersign/contracts';
import {
  answersInClear,
  Database,
  IdempotencyRecords,
  migrate,
  migrationName,
  openDataSource,
  refuse,
  runtimeRoleOf,
  type Transaction,
  UnitOfWork,
  unbounded,
} from '@countersign/persistence';
import { databaseWithRoles, eventually, type ServiceTestDatabase, testLogger } from '@countersign/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { NatsConnection } from '@nats-io/transport-node';
import pg from 'pg';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { z } from 'zod';
import { listEvents, Outbox, outboxMigrationSql, Relay } from './index.js';
import { OutboxLog } from './outbox-log.js';
import { RelaySession } from './relay-session.js';

class CreateOutbox implements MigrationInterface {
  readonly name = migrationName(1, 'outbox');
  async up(runner: QueryRunner): Promise<void> {
    const { up } = outboxMigrationSql('directory', await runtimeRoleOf(runner));
    for (const statement of up) await runner.query(statement);
  }
  async down(runner: QueryRunner): Promise<void> {
    const { down } = outboxMigrationSql('directory', await runtimeRoleOf(runner));
    for (const statement of down) await runner.query(statement);
  }
}

const fields = (id = 'u') => ({
  realm: 'demo',
  realmId: '0190aaaa-0000-7000-8000-000000000001',
  actor: { kind: 'application' as const, id: 'a' },
  via: { traceId: 't' },
  target: { kind: 'user', id },
  details: { fields: ['emails.1'] },
  personal: { userId: 'jdoe' },
});

let test: ServiceTestDatabase;
let dataSource: DataSource;
let database: Database;
let unit: UnitOfWork;
let outbox: Outbox;
let closing: (() => Promise<unknown>)[];

const record = (id: string) => (tx: Transaction) => outbox.record(tx, userCreated, fields(id));

async function numbered(): Promise<{ id: string; sequence: number }[]> {
  const rows = await database.query<{ target: { id: string }; sequence: string }>(
    'select target, sequence from outbox where sequence is not null order by sequence',
  );
  return rows.map((row) => ({ id: row.target.id, sequence: Number(row.sequence) }));
}

/** A relay that only numbers: no bus is up. */
function startRelay(): Relay {
  const bus = { connection: {} as NatsConnection, isUp: () => false, onUp: () => () => undefined };
  const relay = new Relay({ service: 'directory', url: test.runtimeUrl, bus, logger: testLogger() });
  relay.start();
  closing.push(() => relay.close());
  return relay;
}

/** A transaction that the spec holds open; as a writer in another process. */
async function openWriter(): Promise<{ tx: Transaction; commit(): Promise<void> }> {
  const client = new pg.Client({ connectionString: test.runtimeUrl, options: '-c search_path=directory' });
  await client.connect();
  await client.query('begin');
  const tx: Transaction = {
    query: async <Row>(statement: string | { text: string }, values: readonly unknown[] = []) => {
      const text = typeof statement === 'string' ? statement : statement.text;
      return (await client.query(text, values as unknown[])).rows as Row[];
    },
    repository: (entity) => dataSource.getRepository(entity),
    afterCommit: () => undefined,
  };
  return {
    tx,
    commit: async () => {
      await client.query('commit');
      await client.end();
    },
  };
}

beforeEach(async () => {
  test = await databaseWithRoles('directory');
  await migrate({ url: test.ownerUrl, schema: 'directory', migrations: [CreateOutbox], logger: testLogger() });
  dataSource = await openDataSource({
    url: test.runtimeUrl,
    schema: 'directory',
    entities: [],
    poolSize: 8,
    statementTimeoutMs: 5_000,
    // many writers wait for a connection, and a busy machine is no outage
    connectTimeoutMs: 30_000,
    logger: testLogger(),
  });
  database = new Database(dataSource, 200);
  unit = new UnitOfWork(database, new IdempotencyRecords(answersInClear));
  outbox = new Outbox(new FixedClock(1_800_000_000_000), new SeededRandomness('outbox'));
  closing = [];
});
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  await dataSource.destroy();
  await test.drop();
});

describe('the tables of the outbox', () => {
  it('let the running role neither change nor delete an event', async () => {
    await unit.run(unbounded, record('a'));
    await expect(database.query(`update outbox set details = '{}'`)).rejects.toMatchObject({ code: '42501' });
    await expect(database.query('delete from outbox')).rejects.toMatchObject({ code: '42501' });
    await expect(database.query('truncate outbox')).rejects.toMatchObject({ code: '42501' });
    await expect(database.query('delete from outbox_head')).rejects.toMatchObject({ code: '42501' });
  });

  it.each([
    'update outbox set sequence = -id',
    'update outbox set sequence = null',
    'update outbox set sequence = 7 where sequence is null',
    'update outbox_head set last_sequence = 0',
    `update outbox_head set source = 'another'`,
    ...['id', 'sequence'].map(
      (
        column,
      ) => `insert into outbox (${column}, event_id, type, version, occurred_at, actor, via, target, outcome, details)
        values (-1, gen_random_uuid(), 'x', 1, now(), '{}', '{}', '{}', 'succeeded', '{}')`,
    ),
    `select setval('outbox_id_seq', 1)`,
  ])('let nobody who has stolen the running role take an event out of the log: %s', async (statement) => {
    await unit.run(unbounded, record('a'));
    await unit.run(unbounded, record('b'));
    const session = await RelaySession.open(test.runtimeUrl, 'directory');
    closing.push(() => session.close());
    expect(await new OutboxLog(session).number()).toBe(true);
    await unit.run(unbounded, record('c'));
    await expect(database.query(statement)).rejects.toMatchObject({ code: '42501' });
    expect(await new OutboxLog(session).number()).toBe(true);
    expect((await numbered()).map((row) => row.sequence)).toEqual([1, 2, 3]);
  });

  it('let the head go forward only, and no further than events are numbered', async () => {
    for (let i = 0; i < 3; i += 1) await unit.run(unbounded, record(`u${i}`));
    const session = await RelaySession.open(test.runtimeUrl, 'directory');
    closing.push(() => session.close());
    await new OutboxLog(session).number();
    const publish = (sequence: number) => database.query('update outbox_head set published_sequence = $1', [sequence]);
    await publish(2);
    await expect(publish(1)).rejects.toMatchObject({ code: '23514' });
    await expect(publish(4)).rejects.toMatchObject({ code: '23514' });
    await publish(3);
  });
});

describe('recording', () => {
  it('happens with the change or not at all', async () => {
    await unit
      .run(unbounded, async (tx) => {
        await record('kept')(tx);
        return refuse(new Problem('user.locked'));
      })
      .catch(() => undefined);
    await unit
      .run(unbounded, async (tx) => {
        await record('gone')(tx);
        throw new Problem('user.exists');
      })
      .catch(() => undefined);
    expect(await database.query('select target from outbox')).toEqual([{ target: { kind: 'user', id: 'kept' } }]);
  });

  it('refuses details that do not fit the definition, and the change with them', async () => {
    const wrong = { ...fields(), details: { fields: 'email' } } as unknown as ReturnType<typeof fields>;
    await expect(unit.run(unbounded, (tx) => outbox.record(tx, userCreated, wrong))).rejects.toThrow('fields');
    expect(await database.query('select 1 from outbox')).toEqual([]);
  });

  it('refuses an event that is too large to travel', async () => {
    const large = defineEvent({
      type: 'directory.thing.grown',
      summary: 'x',
      heardBy: ['audit'],
      details: z.object({ text: z.string() }),
    });
    const { personal: _, ...rest } = fields();
    const work = unit.run(unbounded, (tx) =>
      outbox.record(tx, large, { ...rest, details: { text: 'x'.repeat(40_000) } }),
    );
    await expect(work).rejects.toThrow('is larger than');
  });

  it('of many keeps their order', async () => {
    const recordings = Array.from({ length: 50 }, (_, i) => ({ event: userCreated, fields: fields(`u${i}`) }));
    await unit.run(unbounded, (tx) => outbox.recordMany(tx, recordings));
    startRelay();
    await eventually(async () => (await numbered()).length === 50);
    expect((await numbered()).map((row) => row.id)).toEqual(recordings.map((recording) => recording.fields.target.id));
  });

  it('nudges once a commit, and not for a rollback', async () => {
    let nudges = 0;
    const nudging = new Outbox(new FixedClock(0), new SeededRandomness('n'), () => {
      nudges += 1;
    });
    await unit.run(unbounded, async (tx) => {
      await nudging.record(tx, userCreated, fields());
      await nudging.record(tx, userCreated, fields());
    });
    await unit
      .run(unbounded, async (tx) => {
        await nudging.record(tx, userCreated, fields());
        throw new Problem('user.exists');
      })
      .catch(() => undefined);
    expect(nudges).toBe(1);
  });
});

describe('numbering', () => {
  it('has no gaps and no doubles with many writers that commit, roll back and overlap, and three relays', async () => {
    for (let i = 0; i < 3; i += 1) startRelay();
    const write = (i: number) =>
      unit
        .run(unbounded, async (tx) => {
          await record(`u${i}`)(tx);
          if (i % 3 === 0) await tx.query('select pg_sleep(0.005)');
          if (i % 7 === 0) throw new Problem('user.exists');
        })
        .catch(() => undefined);
    await Promise.all(Array.from({ length: 150 }, (_, i) => write(i)));
    const committed = Array.from({ length: 150 }, (_, i) => i).filter((i) => i % 7 !== 0);
    const rows = await eventually(async () => {
      const found = await numbered();
      return found.length === committed.length && found;
    });
    expect(rows === false ? [] : rows.map((row) => row.sequence)).toEqual(committed.map((_, place) => place + 1));
  });

  it('gives a transaction that was open for long its number when it commits, and loses nothing', async () => {
    startRelay();
    const old = await openWriter();
    await outbox.record(old.tx, userCreated, fields('old'));
    await unit.run(unbounded, record('young'));
    await eventually(async () => (await numbered()).length === 1);
    await old.commit();
    await eventually(async () => (await numbered()).length === 2);
    expect(await numbered()).toEqual([
      { id: 'young', sequence: 1 },
      { id: 'old', sequence: 2 },
    ]);
  });

  it('keeps the order of two changes to one thing while an older transaction is open', async () => {
    const owner = new pg.Client({ connectionString: test.ownerUrl });
    await owner.connect();
    await owner.query(
      `create table thing (n int); insert into thing values (0);
       grant select, update on thing to ${new URL(test.runtimeUrl).username}`,
    );
    await owner.end();
    startRelay();
    const old = await openWriter();
    await outbox.record(old.tx, userCreated, fields('old'));
    const change = (id: string) => async (tx: Transaction) => {
      await tx.query('update thing set n = n + 1');
      await outbox.record(tx, userMarked, { ...fields(id), details: { state: 'locked' }, personal: undefined });
    };
    const first = await openWriter();
    await change('first')(first.tx);
    const second = unit.run(unbounded, change('second'));
    await first.commit();
    await second;
    await old.commit();
    await eventually(async () => (await numbered()).length === 3);
    const ids = (await numbered()).map((row) => row.id);
    expect(ids.indexOf('first')).toBeLessThan(ids.indexOf('second'));
  });

  it('is not doubled by two that number at the same moment', async () => {
    await Promise.all(Array.from({ length: 40 }, (_, i) => unit.run(unbounded, record(`u${i}`))));
    const sessions = await Promise.all(
      Array.from({ length: 4 }, () => RelaySession.open(test.runtimeUrl, 'directory')),
    );
    closing.push(...sessions.map((session) => () => session.close()));
    await Promise.all(sessions.map((session) => new OutboxLog(session).number()));
    expect((await numbered()).map((row) => row.sequence)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
  });

  it('goes on with the next relay when the connection of the one that leads is cut', async () => {
    startRelay();
    startRelay();
    await unit.run(unbounded, record('a'));
    await eventually(async () => (await numbered()).length === 1);
    const admin = new pg.Client({ connectionString: test.url });
    await admin.connect();
    await admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'countersign-directory-relay'`,
    );
    await admin.end();
    await unit.run(unbounded, record('b'));
    await eventually(async () => (await numbered()).length === 2);
    expect((await numbered()).map((row) => row.sequence)).toEqual([1, 2]);
  });
});

describe('a page of events', () => {
  const hear = (caller: 'audit' | 'listener' | 'gateway', after: number, limit: number) =>
    listEvents(database, 'directory', caller, { after, limit });

  beforeEach(async () => {
    const keys = defineEvent({
      type: 'directory.key-ring.resealed',
      summary: 'only for the trail',
      heardBy: ['audit'],
      details: z.object({ keyId: z.string(), count: z.int() }),
    });
    const { personal: _, realm: __, realmId: ___, ...rest } = fields();
    await unit.run(unbounded, record('a'));
    await unit.run(unbounded, (tx) => outbox.record(tx, keys, { ...rest, details: { keyId: 'k', count: 1 } }));
    await unit.run(unbounded, record('c'));
    const relay = startRelay();
    await eventually(async () => (await numbered()).length === 3);
    await relay.close();
  });

  it('holds those that the caller may hear, and says how far it reaches', async () => {
    const trail = await hear('audit', 0, 10);
    expect(trail.events.map((event) => event.sequence)).toEqual([1, 2, 3]);
    const page = await hear('listener', 0, 10);
    expect(page.events.map((event) => event.sequence)).toEqual([1, 3]);
    expect({ through: page.through, last: page.last }).toEqual({ through: 3, last: 3 });
    expect((await hear('gateway', 0, 10)).events).toEqual([]);
  });

  it('goes on where the one before ended', async () => {
    expect(await hear('listener', 1, 1)).toEqual({ events: [], through: 2, last: 3 });
    expect((await hear('listener', 2, 1)).events.map((event) => event.sequence)).toEqual([3]);
    expect(await hear('listener', 3, 1)).toEqual({ events: [], through: 3, last: 3 });
  });

  it('shows an event as it was recorded', async () => {
    expect((await hear('audit', 0, 1)).events[0]).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      type: 'directory.user.created',
      version: 1,
      occurredAt: new Date(1_800_000_000_000).toISOString(),
      source: 'directory',
      sequence: 1,
      outcome: 'succeeded',
      ...fields('a'),
    });
  });
});
