import { Problem } from '@countersign/contracts';
import { eventually, freshDatabase, type TestDatabase, testLogger } from '@countersign/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Column, type DataSource, Entity, PrimaryColumn, type Repository } from 'typeorm';
import {
  answersInClear,
  Database,
  IdempotencyRecords,
  openDataSource,
  type Transaction,
  UnitOfWork,
  unbounded,
  violatesUnique,
} from './index.js';

@Entity('pet')
class Pet {
  @PrimaryColumn('uuid')
  readonly id: string;
  @Column('text')
  readonly petName: string;
  @Column('jsonb', { default: {} })
  readonly details: object;
  @Column('timestamptz', { default: () => 'now()' })
  readonly bornAt: Date;
}

const ids = ['a', 'b'].map((digit) => `00000000-0000-7000-8000-00000000000${digit}`) as [string, string];
const rex = { id: ids[0], petName: 'Rex' };
const ada = { id: ids[1], petName: 'Ada' };

let test: TestDatabase;
let sources: DataSource[];
let lines: Record<string, unknown>[];
let database: Database;
let unit: UnitOfWork;

async function open(poolSize = 4, queueLimit = 10, connectTimeoutMs = 1_000): Promise<[Database, UnitOfWork]> {
  const dataSource = await openDataSource({
    url: test.url,
    schema: 'public',
    entities: [Pet],
    poolSize,
    statementTimeoutMs: 2_000,
    connectTimeoutMs,
    logger: testLogger(lines),
  });
  sources.push(dataSource);
  const opened = new Database(dataSource, queueLimit);
  return [opened, new UnitOfWork(opened, new IdempotencyRecords(answersInClear))];
}

const everythingIn = (error: unknown) =>
  [error, ...Object.getOwnPropertyNames(error).map((name) => Reflect.get(error as object, name))].map(String).join();

beforeAll(async () => {
  test = await freshDatabase();
  sources = [];
  lines = [];
  [database, unit] = await open();
  await database.query(`create table pet (id uuid constraint pet_pkey primary key,
    pet_name text not null constraint pet_pet_name_key unique, details jsonb not null default '{}',
    born_at timestamptz not null default now())`);
});
beforeEach(() => database.query('truncate pet'));
afterAll(async () => {
  for (const source of sources) await source.destroy();
  await test.drop();
});

describe.each([
  ['of the database', <T>(work: (pets: Repository<Pet>) => Promise<T>) => work(database.repository(Pet))],
  [
    'of a transaction',
    <T>(work: (pets: Repository<Pet>) => Promise<T>) => unit.run(unbounded, (tx) => work(tx.repository(Pet))),
  ],
])('a repository %s', (_where, run) => {
  it('inserts, finds, updates, counts and deletes', async () => {
    await run(async (pets) => {
      await pets.insert([{ ...rex, details: { legs: 4 } }, ada]);
      expect(await pets.findOneBy({ petName: 'Rex' })).toMatchObject({ ...rex, details: { legs: 4 } });
      expect((await pets.update({ id: rex.id }, { petName: 'Max' })).affected).toBe(1);
      expect((await pets.find({ order: { petName: 'ASC' } })).map((pet) => pet.petName)).toEqual(['Ada', 'Max']);
      expect((await pets.delete({ id: ada.id })).affected).toBe(1);
      expect(await pets.countBy({})).toBe(1);
    });
    const [row] = await database.query<{ bornAt: Date }>('select born_at as "bornAt" from pet');
    expect(row?.bornAt).toBeInstanceOf(Date);
  });

  it('throws the violation of a key by its name; neither it nor the log holds a value', async () => {
    await database.repository(Pet).insert(rex);
    const error = await run((pets) => pets.insert({ ...ada, petName: 'Rex' })).catch((thrown) => thrown);
    expect(violatesUnique(error, 'pet_pet_name_key')).toBe(true);
    expect(`${everythingIn(error)}${JSON.stringify(lines)}`).not.toMatch(/Rex|-7000-/);
  });

  it('quotes no value that the database refuses', async () => {
    const error = await run((pets) => pets.findOneBy({ id: 'hunter2' })).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: '22P02' });
    expect(`${everythingIn(error)}${JSON.stringify(lines)}`).not.toContain('hunter2');
  });

  it('says that the store is not there when its connection is cut, and the next one works', async () => {
    const cut = () =>
      run(async (pets) => {
        const sleeping = pets.query('select pg_sleep(1)');
        await eventually(async () => {
          const cut = `select pg_terminate_backend(pid) from pg_stat_activity
            where query = 'select pg_sleep(1)' and state = 'active' and datname = current_database()`;
          return (await database.query(cut)).length === 1;
        });
        await sleeping;
      });
    await expect(cut()).rejects.toMatchObject({ code: 'store.unavailable' });
    await run((pets) => pets.insert(rex));
  });
});

describe('a repository of the database', () => {
  it('waits for a connection no longer, and in no greater number, than a statement', async () => {
    const [narrow] = await open(1, 1, 150);
    const busy = narrow.query('select pg_sleep(0.5)');
    const waiting = narrow.repository(Pet).find();
    await expect(narrow.repository(Pet).find()).rejects.toMatchObject({ code: 'store.unavailable' });
    await expect(waiting).rejects.toMatchObject({ code: 'store.unavailable' });
    await busy;
    expect(await narrow.repository(Pet).find()).toEqual([]);
  });

  it('serves many at a time', async () => {
    const found = await Promise.all(Array.from({ length: 10 }, () => database.repository(Pet).find()));
    expect(found).toHaveLength(10);
    expect(database.load).toEqual({ inUse: 0, waiting: 0 });
  });

  it('makes no change of several statements', async () => {
    const saving = database.repository(Pet).save([rex, ada]);
    await expect(saving).rejects.toThrow('belongs in a unit of work');
    expect(await database.repository(Pet).countBy({})).toBe(0);
  });
});

describe('a repository of a transaction', () => {
  it('uses its connection and no other', async () => {
    const [, narrow] = await open(1);
    const seen = await narrow.run(unbounded, async (tx) => {
      await tx.repository(Pet).save([rex, ada]);
      await tx.query(`update pet set pet_name = 'Max' where id = $1`, [rex.id]);
      return tx.repository(Pet).findOneBy({ id: rex.id });
    });
    expect(seen?.petName).toBe('Max');
  });

  it('leaves nothing after a rollback', async () => {
    const work = unit.run(unbounded, async (tx) => {
      await tx.repository(Pet).insert(rex);
      throw new Problem('user.exists');
    });
    await expect(work).rejects.toMatchObject({ code: 'user.exists' });
    expect(await database.repository(Pet).find()).toEqual([]);
  });

  it('takes part when the transaction lost a deadlock and is run once more', async () => {
    await database.repository(Pet).insert([rex, ada]);
    let arrived = 0;
    let runs = 0;
    const renaming = (first: string, second: string) => async (tx: Transaction) => {
      runs += 1;
      await tx.repository(Pet).update({ id: first }, { details: { runs } });
      arrived += 1;
      await eventually(() => arrived >= 2);
      await tx.repository(Pet).update({ id: second }, { details: { runs } });
    };
    await Promise.all([unit.run(unbounded, renaming(rex.id, ada.id)), unit.run(unbounded, renaming(ada.id, rex.id))]);
    expect(runs).toBe(3);
  });

  it('refuses once the transaction has ended', async () => {
    const kept = await unit.run(unbounded, async (tx) => tx.repository(Pet));
    await expect(kept.find()).rejects.toThrow('released');
  });
});
