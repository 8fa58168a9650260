import { defineOperation, Problem } from '@countersign/contracts';
import { freshDatabase, type TestDatabase, testLogger } from '@countersign/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { z } from 'zod';
import {
  answersInClear,
  Database,
  IdempotencyRecords,
  idempotencyRecordSql,
  openDataSource,
  UnitOfWork,
} from './index.js';

const operation = defineOperation({
  subject: 'countersign.v1.directory.thing.add',
  summary: 'adds a thing',
  askedBy: ['gateway'],
  effect: 'changes',
  request: z.object({ name: z.string() }),
  reply: z.object({ count: z.int() }),
  refusals: [],
});

let test: TestDatabase;
const sources: DataSource[] = [];
let database: Database;
let here: UnitOfWork;
let elsewhere: UnitOfWork;

async function open(): Promise<Database> {
  const dataSource = await openDataSource({
    url: test.url,
    schema: 'public',
    entities: [],
    poolSize: 4,
    statementTimeoutMs: 5_000,
    connectTimeoutMs: 5_000,
    logger: testLogger(),
  });
  sources.push(dataSource);
  return new Database(dataSource, 100);
}

interface Adding {
  readonly key: string;
  readonly name: string;
  readonly notAfter?: number;
}

/** Adds each name; `bad` is refused, `poison` breaks the statement of all. */
function addEach(unit: UnitOfWork, addings: readonly Adding[], ran: string[] = []) {
  const requests = addings.map(({ key, name, notAfter = Number.POSITIVE_INFINITY }) => ({
    asked: { caller: 'gateway', idempotencyKey: key, notAfter },
    request: { name },
  }));
  return unit.onceEach<{ name: string }>(operation, requests, async (tx, places) => {
    const names = places.map((place) => addings[place]?.name ?? '');
    ran.push(...names);
    const wanted = names.filter((name) => name !== 'bad');
    await tx.query(`insert into thing select nullif(name, 'poison') from unnest($1::text[]) as t (name)`, [wanted]);
    return names.map((name) => (name === 'bad' ? new Problem('user.unknown') : { name }));
  });
}
const names = async () =>
  (await database.query<{ name: string }>('select name from thing order by name')).map(({ name }) => name);
const codesOf = (results: readonly ({ name: string } | Problem)[]) =>
  results.map((result) => (result instanceof Problem ? result.code : result.name));

beforeAll(async () => {
  test = await freshDatabase();
  database = await open();
  here = new UnitOfWork(database, new IdempotencyRecords(answersInClear));
  elsewhere = new UnitOfWork(await open(), new IdempotencyRecords(answersInClear));
  await database.query('create table thing (name text not null)');
  await database.query(`do $$ begin create role each_runtime; exception when duplicate_object then null; end $$`);
  for (const statement of idempotencyRecordSql('public', 'each_runtime').up) await database.query(statement);
});
beforeEach(() => database.query('truncate thing, idempotency_record'));
afterAll(async () => {
  await database.query('drop owned by each_runtime');
  for (const source of sources) await source.destroy();
  await test.drop();
});

describe('many requests in one transaction', () => {
  it('are each answered by position', async () => {
    const results = await addEach(here, [
      { key: 'k1', name: 'a' },
      { key: 'k2', name: 'b' },
    ]);
    expect([codesOf(results), await names()]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });

  it('that come again are answered as the first time, and not run', async () => {
    const addings = [
      { key: 'k1', name: 'a' },
      { key: 'k2', name: 'b' },
    ];
    await addEach(here, addings);
    const ran: string[] = [];
    const again = await addEach(elsewhere, [...addings, { key: 'k3', name: 'c' }], ran);
    expect([codesOf(again), ran, await names()]).toEqual([['a', 'b', 'c'], ['c'], ['a', 'b', 'c']]);
  });

  it('take effect until the earliest of their bounds: one that is too late leaves the others to be tried without it', async () => {
    const late = { key: 'k1', name: 'a', notAfter: 0 };
    const other = { key: 'k2', name: 'b' };
    await expect(addEach(here, [late, other])).rejects.toMatchObject({ code: 'bus.deadline' });
    expect(await names()).toEqual([]);
    expect(codesOf(await addEach(here, [other]))).toEqual(['b']);
  });

  it('that are one request twice are run once', async () => {
    const twice = [
      { key: 'k1', name: 'a' },
      { key: 'k1', name: 'a' },
    ];
    const both = await Promise.all([addEach(here, twice), addEach(here, twice)]);
    expect([both.map(codesOf), await names()]).toEqual([
      [
        ['a', 'a'],
        ['a', 'a'],
      ],
      ['a'],
    ]);
  });

  it('refuse alone, and a refusal is not kept', async () => {
    const first = await addEach(here, [
      { key: 'k1', name: 'bad' },
      { key: 'k2', name: 'b' },
    ]);
    expect([codesOf(first), await names()]).toEqual([['user.unknown', 'b'], ['b']]);
    const [row] = await database.query<{ n: number }>('select count(*)::int as n from idempotency_record');
    expect(row?.n).toBe(1);
  });

  it('refuse a key that was used for another request', async () => {
    await addEach(here, [{ key: 'k1', name: 'a' }]);
    const again = await addEach(here, [
      { key: 'k1', name: 'other' },
      { key: 'k2', name: 'b' },
    ]);
    expect(codesOf(again)).toEqual(['request.key_reused', 'b']);
  });

  it('leave nothing, and no key, when the transaction fails', async () => {
    const addings = [
      { key: 'k1', name: 'a' },
      { key: 'k2', name: 'poison' },
    ];
    await expect(addEach(here, addings)).rejects.toThrow(/null value/);
    expect(await names()).toEqual([]);
    expect(codesOf(await addEach(here, addings.slice(0, 1)))).toEqual(['a']);
  });

  it('do not fail with another transaction that runs one of them already', async () => {
    const broken = addEach(here, [
      { key: 'k1', name: 'a' },
      { key: 'k2', name: 'poison' },
    ]).catch(() => 'broken');
    const both = await addEach(here, [
      { key: 'k1', name: 'a' },
      { key: 'k3', name: 'c' },
    ]);
    expect([await broken, codesOf(both), await names()]).toEqual(['broken', ['store.unavailable', 'c'], ['c']]);
  });

  it('are done once, whichever of two processes is faster', async () => {
    for (let round = 0; round < 20; round += 1) {
      const addings = Array.from({ length: 8 }, (_, index) => ({
        key: `r${round}-${index}`,
        name: `${round}-${index}`,
      }));
      const [one, other] = await Promise.all([addEach(here, addings), addEach(elsewhere, [...addings].reverse())]);
      expect(codesOf(one)).toEqual(codesOf([...other].reverse()));
    }
    expect(await names()).toHaveLength(160);
  });
});
