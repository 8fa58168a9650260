import { systemClock, systemRandomness } from '@countersign/clock';
import { defineOperation } from '@countersign/contracts';
import { createServiceTables } from '@countersign/hosting';
import { Outbox } from '@countersign/outbox';
import { Database, IdempotencyRecords, migrate, openDataSource, UnitOfWork, unbounded } from '@countersign/persistence';
import { databaseWithRoles, type ServiceTestDatabase, testLogger } from '@countersign/testing';
import { RotatingKeyRing } from '@countersign/testing/service';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { z } from 'zod';
import {
  answersSealedBy,
  CheckKeyRing,
  idempotencyAnswers,
  Reseal,
  Sealer,
  ShowKeyRing,
  sealedColumn,
} from './index.js';
import { KeyRotationStore } from './key-rotation.store.js';
import { SealedValueStore } from './sealed-value.store.js';

const thingSecrets = sealedColumn({
  table: 'user',
  column: 'sealed_secret',
  key: { realm_id: 'uuid', place: 'integer' },
});
const realmId = '0198F2A0-0000-7000-8000-0000000000AA';

const operation = defineOperation({
  subject: 'countersign.v1.directory.thing.add',
  summary: 'adds a thing',
  askedBy: ['gateway'],
  effect: 'changes',
  request: z.object({}),
  reply: z.object({ key: z.string() }),
  refusals: [],
});

let place: ServiceTestDatabase;
let dataSource: DataSource;
let database: Database;
let unit: UnitOfWork;
let ring: RotatingKeyRing;
let sealer: Sealer;
let reseal: Reseal;
let show: ShowKeyRing;
let check: CheckKeyRing;

beforeAll(async () => {
  place = await databaseWithRoles('directory');
  const options = { schema: 'directory', entities: [], statementTimeoutMs: 5_000, logger: testLogger() };
  const migrations = [createServiceTables(1, 'directory')];
  await migrate({ url: place.ownerUrl, schema: 'directory', migrations, logger: testLogger() });
  const role = new URL(place.runtimeUrl).username;
  const owner = await openDataSource({ ...options, url: place.ownerUrl, poolSize: 2 });
  await owner.query(`create table directory.user (realm_id uuid, place integer, sealed_secret bytea,
    sealing_key_id text, note text, primary key (realm_id, place))`);
  await owner.query('create index on directory.user (sealing_key_id)');
  await owner.query(`grant select, insert, update, delete on directory.user to ${role}`);
  await owner.query(`grant truncate on all tables in schema directory to ${role}`);
  await owner.destroy();
  dataSource = await openDataSource({ ...options, url: place.runtimeUrl, poolSize: 8 });
  database = new Database(dataSource, 500);
});
afterAll(async () => {
  await dataSource.destroy();
  await place.drop();
});

beforeEach(async () => {
  await database.query(
    'truncate directory.user, directory.idempotency_record, directory.key_rotation, directory.outbox',
  );
  ring = new RotatingKeyRing();
  sealer = new Sealer(ring);
  unit = new UnitOfWork(database, new IdempotencyRecords(answersSealedBy(sealer)));
  const stores = [thingSecrets, idempotencyAnswers].map((column) => new SealedValueStore(column));
  const outbox = new Outbox(systemClock, systemRandomness);
  const rotations = new KeyRotationStore();
  reseal = new Reseal('directory', stores, rotations, sealer, database, unit, outbox, testLogger());
  show = new ShowKeyRing(stores, sealer, database);
  check = new CheckKeyRing(stores, sealer, database);
});

async function keep(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await put(index, `secret ${index}`);
}
async function put(index: number, secret: string): Promise<void> {
  const { sealed, keyId } = sealer.seal(thingSecrets.at(realmId, index), secret);
  await database.query(
    `insert into "user" values ($1, $2, $3, $4) on conflict (realm_id, place)
     do update set sealed_secret = excluded.sealed_secret, sealing_key_id = excluded.sealing_key_id`,
    [realmId, index, sealed, keyId],
  );
}
async function secretOf(index: number): Promise<string> {
  const [row] = await database.query<{ sealed: Buffer }>(
    'select sealed_secret as sealed from "user" where place = $1',
    [index],
  );
  return sealer.open(thingSecrets.at(realmId, index), row?.sealed ?? Buffer.alloc(0)).toString();
}
const alter = (condition: string) =>
  database.query(`update "user" set sealed_secret = sealed_secret || '\\x00'::bytea where ${condition}`);
const told = () =>
  database.query<{ details: unknown }>(`select details from outbox where type = 'directory.key-ring.resealed'`);
const countOf = async (keyId: string) => (await show.show()).sealed.find((use) => use.keyId === keyId)?.count ?? 0;
const ask = (idempotencyKey: string, work = async () => ({ key: `of ${idempotencyKey}` })) =>
  unit.once(operation, { ...unbounded, caller: 'gateway', idempotencyKey }, {}, work);
const askAgain = (idempotencyKey: string) => ask(idempotencyKey, () => Promise.reject(new Error('run again')));

describe('sealed values, after the key ring was rotated', () => {
  it('are counted under the old key until they are sealed anew; the key may leave the ring then', async () => {
    await keep(230);
    await reseal.run();
    const before = ring.rotate();
    const { currentKeyId } = ring.current();
    expect((await show.show()).sealed).toEqual([{ keyId: before, count: 230, isInRing: true }]);
    expect(await reseal.run()).toEqual({ resealed: 230, unopened: 0 });
    expect(await show.show()).toEqual({
      currentKeyId,
      sealed: [{ keyId: currentKeyId, count: 230, isInRing: true }],
    });
    ring.retire(before);
    expect(await Promise.all([0, 99, 100, 229].map(secretOf))).toEqual([0, 99, 100, 229].map((n) => `secret ${n}`));
    expect(await told()).toEqual([{ details: { keyId: currentKeyId, count: 230 } }]);
  });

  it('are sealed anew by many replicas at once, each value by one, and the end is told once', async () => {
    await keep(450);
    await reseal.run();
    ring.rotate();
    const walks = await Promise.all([1, 2, 3, 4].map(() => reseal.run()));
    expect(walks.reduce((all, { resealed }) => all + resealed, 0)).toBe(450);
    await Promise.all([1, 2, 3].map(() => reseal.run()));
    expect(await told()).toHaveLength(1);
  });

  it('that another transaction holds are left to it, and taken up later where it changed something else', async () => {
    await keep(5);
    const before = ring.rotate();
    await unit.run(unbounded, async (tx) => {
      await tx.query(`update "user" set note = 'held' where place = 2`);
      expect(await reseal.run()).toEqual({ resealed: 4, unopened: 0 });
      expect(await countOf(before)).toBe(1);
    });
    expect(await reseal.run()).toEqual({ resealed: 1, unopened: 0 });
    expect(await secretOf(2)).toBe('secret 2');
  });

  it('keep a change that comes between', async () => {
    await keep(300);
    ring.rotate();
    const changed = Array.from({ length: 100 }, (_, index) => index * 3);
    await Promise.all([reseal.run(), reseal.run(), ...changed.map((index) => put(index, `new ${index}`))]);
    await reseal.run();
    for (const index of changed) expect(await secretOf(index)).toBe(`new ${index}`);
    expect(await secretOf(1)).toBe('secret 1');
  });

  it('that do not open stay, are counted, stop nothing however many they are, and no end is told', async () => {
    await keep(350);
    await reseal.run();
    await alter('place % 2 = 0');
    const before = ring.rotate();
    expect(await reseal.run()).toEqual({ resealed: 175, unopened: 175 });
    expect(await countOf(before)).toBe(175);
    expect(await told()).toEqual([]);
    expect(await reseal.run()).toEqual({ resealed: 0, unopened: 175 });
  });

  it('whose key the ring lacks are left alone, shown as such, and refused', async () => {
    await keep(3);
    const lost = ring.current().currentKeyId;
    ring.replace();
    expect(await reseal.run()).toEqual({ resealed: 0, unopened: 0 });
    expect((await show.show()).sealed).toEqual([{ keyId: lost, count: 3, isInRing: false }]);
    await expect(secretOf(1)).rejects.toMatchObject({ code: 'key_ring.key_unknown' });
  });

  it('that moved to another row do not open', async () => {
    await keep(2);
    await database.query(
      `update "user" set sealed_secret = (select sealed_secret from "user" where place = 1) where place = 0`,
    );
    await expect(secretOf(0)).rejects.toThrow();
  });

  it('are left where they are when the process is to end', async () => {
    await keep(250);
    const before = ring.rotate();
    let steps = 0;
    await reseal.run(() => ++steps <= 1);
    expect(await countOf(before)).toBe(150);
  });
});

describe('the first key of a ring', () => {
  it('is no rotation: nothing is told', async () => {
    await keep(2);
    await reseal.run();
    await reseal.run();
    expect(await told()).toEqual([]);
  });
});

describe('answers that are kept for repeated requests, after the key ring was rotated', () => {
  it('are counted under the old key alone, until they are sealed anew; then it may leave the ring', async () => {
    const keys = Array.from({ length: 230 }, (_, n) => `k${n}`);
    await Promise.all(keys.map((key) => ask(key)));
    expect((await show.show()).sealed).toEqual([]);
    const before = ring.rotate();
    expect(await countOf(before)).toBe(230);
    const walks = await Promise.all([reseal.run(), reseal.run()]);
    expect(walks[0].resealed + walks[1].resealed).toBe(230);
    expect((await show.show()).sealed).toEqual([]);
    ring.retire(before);
    for (const key of keys.slice(0, 10)) expect(await askAgain(key)).toEqual({ key: `of ${key}` });
  });

  it('stay where they do not open, are counted, stop nothing, and no rotation waits for them', async () => {
    await reseal.run();
    await ask('altered');
    await database.query(`update idempotency_record set sealed_answer = sealed_answer || '\\x00'::bytea`);
    await ask('whole');
    const before = ring.rotate();
    expect(await reseal.run()).toEqual({ resealed: 1, unopened: 1 });
    expect(await countOf(before)).toBe(1);
    expect(await told()).toHaveLength(1);
    ring.retire(before);
    expect(await reseal.run()).toEqual({ resealed: 0, unopened: 0 });
    expect(await askAgain('whole')).toEqual({ key: 'of whole' });
  });
});

describe('a key ring that is held against the values of its service', () => {
  const atStart = async () => [await check.atStart(), await check.state()];

  it('fits where nothing is sealed yet, and where it opens everything, also during a rotation', async () => {
    expect(await atStart()).toEqual([undefined, 'up']);
    await keep(3);
    ring.rotate();
    await put(3, 'new');
    expect(await atStart()).toEqual([undefined, 'up']);
  });

  it('stops the start of a service when it opens nothing, and takes its readiness', async () => {
    await keep(3);
    const lost = ring.current().currentKeyId;
    ring.replace();
    await expect(check.atStart()).rejects.toThrow(`opens nothing of what is sealed with ${lost}`);
    expect(await check.state()).toBe(`down: the ring does not open what is sealed with ${lost}`);
  });

  it('is told, and stops nothing, when it opens a part', async () => {
    await keep(3);
    const lost = ring.current().currentKeyId;
    ring.replace();
    await put(3, 'under the new ring');
    const finding = `the ring does not open what is sealed with ${lost}`;
    expect(await atStart()).toEqual([finding, `up: ${finding}`]);
  });

  it('does not fit when it has another key under the same id; a value that was altered does not count', async () => {
    await keep(3);
    await alter('place = 0');
    expect(await atStart()).toEqual([undefined, 'up']);
    await alter('true');
    await expect(check.atStart()).rejects.toThrow('opens nothing');
  });

  it('is not judged by answers that are kept for repeated requests', async () => {
    await ask('kept');
    ring.replace();
    expect(await atStart()).toEqual([undefined, 'up']);
  });
});
