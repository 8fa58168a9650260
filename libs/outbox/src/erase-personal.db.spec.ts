import { FixedClock, SeededRandomness } from '@countersign/clock';
import { userCreated } from '@countersign/contracts';
import {
  answersInClear,
  Database,
  IdempotencyRecords,
  migrate,
  migrationName,
  openDataSource,
  runtimeRoleOf,
  UnitOfWork,
  unbounded,
} from '@countersign/persistence';
import { databaseWithRoles, type ServiceTestDatabase, testLogger } from '@countersign/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { listEvents, Outbox, outboxMigrationSql } from './index.js';
import { OutboxLog } from './outbox-log.js';
import { RelaySession } from './relay-session.js';

const erasesPersonalWhen = `$2 <> all (select id from directory.living where kind = $1)`;
class CreateOutbox implements MigrationInterface {
  readonly name = migrationName(1, 'outbox');
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table directory.living (kind text, id text)');
    const { up } = outboxMigrationSql('directory', await runtimeRoleOf(runner), { erasesPersonalWhen });
    for (const statement of up) await runner.query(statement);
  }
  async down(): Promise<void> {}
}

let place: ServiceTestDatabase;
let dataSource: DataSource;
let database: Database;
let unit: UnitOfWork;
let session: RelaySession;
let administrator: pg.Client;
const outbox = new Outbox(new FixedClock(1_800_000_000_000), new SeededRandomness('erase'));

const user = (id: string) => ({ kind: 'user', id });
const record = (id: string, kind = 'user') =>
  unit.run(unbounded, (tx) =>
    outbox.record(tx, userCreated, {
      realm: 'demo',
      realmId: '0190aaaa-0000-7000-8000-000000000001',
      actor: { kind: 'application', id: 'a' },
      via: { traceId: 't' },
      target: { kind, id },
      details: { fields: ['emails.1'] },
      personal: { userId: id },
    }),
  );
const erase = (id: string) => unit.run(unbounded, (tx) => outbox.erasePersonal(tx, user(id)));
const rows = () => database.query<Record<string, unknown>>('select * from outbox order by id');

beforeAll(async () => {
  place = await databaseWithRoles('directory');
  await migrate({ url: place.ownerUrl, schema: 'directory', migrations: [CreateOutbox], logger: testLogger() });
  dataSource = await openDataSource({
    url: place.runtimeUrl,
    schema: 'directory',
    entities: [],
    poolSize: 8,
    statementTimeoutMs: 30_000,
    logger: testLogger(),
  });
  database = new Database(dataSource, 200);
  unit = new UnitOfWork(database, new IdempotencyRecords(answersInClear));
  session = await RelaySession.open(place.runtimeUrl, 'directory');
  administrator = new pg.Client({ connectionString: place.url });
  await administrator.connect();
});
beforeEach(async () => {
  await administrator.query('truncate directory.outbox, directory.living');
  await administrator.query('update directory.outbox_head set last_sequence = last_sequence');
});
afterAll(async () => {
  await administrator.end();
  await session.close();
  await dataSource.destroy();
  await place.drop();
});

describe('erasing personal values', () => {
  it('takes those of one target, and nothing else of any event', async () => {
    for (const id of ['jane', 'joan', 'jane']) await record(id);
    await record('jane', 'group');
    await new OutboxLog(session).number();
    await record('jane');
    const before = await rows();
    expect(await erase('jane')).toBe(3);
    expect(await rows()).toEqual(
      before.map((row) =>
        (row.target as { id: string; kind: string }).id === 'jane' && (row.target as { kind: string }).kind === 'user'
          ? { ...row, personal: null }
          : row,
      ),
    );
    expect(await erase('jane')).toBe(0);
    expect(await erase('nobody')).toBe(0);
  });

  it('is refused while the target is there, and whenever it is not sure that it is gone', async () => {
    await record('jane');
    await administrator.query(`insert into directory.living values ('user', 'jane'), ('group', 'joan')`);
    await expect(erase('jane')).rejects.toMatchObject({ code: '23514' });
    expect(await rows()).toMatchObject([{ personal: { userId: 'jane' } }]);
    expect(await erase('joan')).toBe(0);
    await administrator.query(`update directory.living set id = null where kind = 'user'`);
    await expect(erase('jane')).rejects.toMatchObject({ code: '23514' });
  });

  it('is undone with its transaction', async () => {
    await record('jane');
    await unit
      .run(unbounded, async (tx) => {
        await outbox.erasePersonal(tx, user('jane'));
        throw new Error('given up');
      })
      .catch(() => undefined);
    expect(await rows()).toMatchObject([{ personal: { userId: 'jane' } }]);
  });

  it('leaves the events to be numbered and listed, without the values', async () => {
    await record('jane');
    await erase('jane');
    await record('joan');
    await new OutboxLog(session).number();
    const { events } = await listEvents(database, 'directory', 'audit', { after: 0, limit: 10 });
    expect(events.map(({ target, personal }) => [target.id, personal])).toEqual([
      ['jane', undefined],
      ['joan', { userId: 'joan' }],
    ]);
    const sequences = events.map(({ sequence }) => sequence);
    expect(sequences[1]).toBe((sequences[0] ?? 0) + 1);
  });

  it('and numbering, at once, neither wait for each other nor leave a gap', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `user ${index}`);
    for (const _ of [1, 2, 3]) await Promise.all(ids.map((id) => record(id)));
    const numberAll = async () => {
      while (await new OutboxLog(session).number());
    };
    await Promise.all([numberAll(), ...ids.map(erase), ...ids.map((id) => record(id))]);
    await numberAll();
    const all = await rows();
    const sequences = all.map(({ sequence }) => Number(sequence)).sort((one, other) => one - other);
    expect(sequences.every((sequence, index) => index === 0 || sequence === (sequences[index - 1] ?? 0) + 1)).toBe(
      true,
    );
    expect(all).toHaveLength(80);
  });

  it('reads an index, and not the log', async () => {
    await administrator.query(
      `insert into directory.outbox (event_id, type, version, occurred_at, actor, via, target, outcome, details, personal)
       select gen_random_uuid(), 'x', 1, now(), '{}', '{}', jsonb_build_object('kind', 'user', 'id', n::text), 'succeeded',
         '{}', '{}' from generate_series(1, 5000) n`,
    );
    await administrator.query('analyze directory.outbox');
    const { rows: plan } = await administrator.query(
      `explain update directory.outbox set personal = null
       where target ->> 'id' = '17' and target ->> 'kind' = 'user' and personal is not null`,
    );
    expect(JSON.stringify(plan)).toContain('outbox_target_id_idx');
  });
});

describe('the role that runs', () => {
  it.each([
    'update directory.outbox set personal = null',
    `update directory.outbox set personal = '{"userId":"another"}'`,
    `update directory.outbox set target = '{}' where personal is null`,
    'delete from directory.outbox where personal is null',
    'create temp table outbox (id bigint, target jsonb, personal jsonb)',
    'create or replace function directory.erase_personal(text, text) returns integer language sql as $$ select 1 $$',
    'alter function directory.erase_personal(text, text) security invoker',
  ])('can erase in no other way, nor otherwise change an event: %s', async (statement) => {
    await record('jane');
    await expect(database.query(statement)).rejects.toMatchObject({ code: '42501' });
    expect(await rows()).toMatchObject([{ personal: { userId: 'jane' }, target: user('jane') }]);
  });
});
