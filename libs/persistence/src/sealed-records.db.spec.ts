import { systemRandomness } from '@countersign/clock';
import { defineOperation } from '@countersign/contracts';
import { newKeyRing, parseKeyRing, withNewKey, withoutKey } from '@countersign/sealing';
import { freshDatabase, type TestDatabase, testLogger } from '@countersign/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { z } from 'zod';
import {
  answersSealedWith,
  Database,
  IdempotencyRecords,
  idempotencyRecordSql,
  openDataSource,
  SealedRecords,
  UnitOfWork,
} from './index.js';

const operation = defineOperation({
  subject: 'countersign.v1.directory.thing.add',
  summary: 'adds a thing',
  askedBy: ['gateway'],
  effect: 'changes',
  request: z.object({}),
  reply: z.object({ key: z.string() }),
  refusals: [],
});

let test: TestDatabase;
let dataSource: DataSource;
let database: Database;
let unit: UnitOfWork;
let answers: SealedRecords;
let ring: string;

beforeAll(async () => {
  test = await freshDatabase();
  dataSource = await openDataSource({
    url: test.url,
    schema: 'public',
    entities: [],
    poolSize: 4,
    statementTimeoutMs: 5_000,
    logger: testLogger(),
  });
  database = new Database(dataSource, 500);
  const current = () => parseKeyRing(ring);
  const seal = answersSealedWith({ current, knowing: (keyId) => (current().has(keyId) ? current() : undefined) });
  unit = new UnitOfWork(database, new IdempotencyRecords(seal));
  answers = new SealedRecords(database, unit, seal);
  await database.query('create role answers_runtime').catch(() => undefined);
  for (const statement of idempotencyRecordSql('public', 'answers_runtime').up) await database.query(statement);
});
beforeEach(async () => {
  await database.query('truncate idempotency_record');
  ring = newKeyRing(systemRandomness);
});
afterAll(async () => {
  await database.query('drop owned by answers_runtime');
  await dataSource.destroy();
  await test.drop();
});

const ask = (idempotencyKey: string, work = async () => ({ key: `of ${idempotencyKey}` })) =>
  unit.once(operation, { caller: 'gateway', idempotencyKey }, {}, work);
const askAgain = (idempotencyKey: string) => ask(idempotencyKey, () => Promise.reject(new Error('run again')));
const rotate = () => {
  const { currentKeyId } = parseKeyRing(ring);
  ring = withNewKey(ring, systemRandomness);
  return currentKeyId;
};

describe('answers that are kept for repeated requests, after the key ring was rotated', () => {
  it('are counted under the old key until they are sealed anew; then it may leave the ring', async () => {
    const keys = Array.from({ length: 230 }, (_, n) => `k${n}`);
    await Promise.all(keys.map((key) => ask(key)));
    expect(await answers.countUnderOldKeys()).toEqual([]);
    const before = rotate();
    expect(await answers.countUnderOldKeys()).toEqual([{ keyId: before, count: 230 }]);
    const resealed = await Promise.all([answers.reseal(), answers.reseal()]);
    expect((resealed[0] ?? 0) + (resealed[1] ?? 0)).toBe(230);
    expect(await answers.countUnderOldKeys()).toEqual([]);
    ring = withoutKey(ring, before);
    for (const key of keys.slice(0, 10)) expect(await askAgain(key)).toEqual({ key: `of ${key}` });
  });

  it('stay where they do not open, are counted, and stop nothing', async () => {
    await ask('altered');
    await database.query(`update idempotency_record set sealed_answer = sealed_answer || '\\x00'::bytea`);
    await ask('whole');
    const before = rotate();
    expect(await answers.reseal()).toBe(1);
    expect(await answers.countUnderOldKeys()).toEqual([{ keyId: before, count: 1 }]);
    ring = withoutKey(ring, before);
    expect(await answers.reseal()).toBe(0);
    expect(await askAgain('whole')).toEqual({ key: 'of whole' });
  });
});
