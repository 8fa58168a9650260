import { defineOperation, Problem } from '@countersign/contracts';
import { eventually, freshDatabase, type TestDatabase, testLogger } from '@countersign/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { z } from 'zod';
import {
  type AnswerSeal,
  answersInClear,
  Database,
  IdempotencyRecords,
  idempotencyRecordSql,
  openDataSource,
  refuse,
  StoreClock,
  sweepIdempotencyRecords,
  type Transaction,
  UnitOfWork,
  unbounded,
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
const asked = (idempotencyKey: string, caller = 'gateway') => ({ ...unbounded, caller, idempotencyKey });

let test: TestDatabase;
let sources: DataSource[];
let database: Database;
let unit: UnitOfWork;

async function open(poolSize = 8, seal: AnswerSeal = answersInClear): Promise<[Database, UnitOfWork]> {
  const dataSource = await openDataSource({
    url: test.url,
    schema: 'public',
    entities: [],
    poolSize,
    statementTimeoutMs: 2_000,
    connectTimeoutMs: 1_000,
    logger: testLogger(),
  });
  sources.push(dataSource);
  const opened = new Database(dataSource, 100);
  return [opened, new UnitOfWork(opened, new IdempotencyRecords(seal))];
}

async function count(): Promise<number> {
  const [row] = await database.query<{ n: number }>('select count(*)::int as n from thing');
  return row?.n ?? -1;
}

const add = (name: string) => async (tx: Transaction) => {
  await tx.query('insert into thing values ($1)', [name]);
  const [row] = await tx.query<{ n: number }>('select count(*)::int as n from thing');
  return { count: row?.n ?? -1 };
};

beforeAll(async () => {
  test = await freshDatabase();
  sources = [];
  [database, unit] = await open();
  await database.query('create table thing (name text constraint thing_pkey primary key)');
  await database.query('create role handled_runtime').catch(() => undefined);
  for (const statement of idempotencyRecordSql('public', 'handled_runtime').up) await database.query(statement);
});
beforeEach(() => database.query('truncate thing, idempotency_record'));
afterAll(async () => {
  await database.query('drop owned by handled_runtime');
  for (const source of sources) await source.destroy();
  await test.drop();
});

describe('a unit of work', () => {
  it('commits what it did and answers its result', async () => {
    expect(await unit.run(unbounded, add('a'))).toEqual({ count: 1 });
    expect(await count()).toBe(1);
  });

  it('leaves nothing when it throws, and throws the same', async () => {
    const work = unit.run(unbounded, async (tx) => {
      await add('a')(tx);
      throw new Problem('user.exists');
    });
    await expect(work).rejects.toMatchObject({ code: 'user.exists' });
    expect(await count()).toBe(0);
  });

  it('commits and throws when it refuses', async () => {
    const work = unit.run(unbounded, async (tx) => {
      await add('a')(tx);
      return refuse(new Problem('password.mismatch'));
    });
    await expect(work).rejects.toMatchObject({ code: 'password.mismatch' });
    expect(await count()).toBe(1);
  });

  it('does not call itself done when a failed statement was passed over', async () => {
    const work = unit.run(unbounded, async (tx) => {
      await add('a')(tx);
      await tx.query('select 1/0').catch(() => undefined);
      return 1;
    });
    await expect(work).rejects.toThrow('passed over');
    expect(await count()).toBe(0);
  });

  it('announces its commit once to each listener, and a rollback to none', async () => {
    let heard = 0;
    const listener = () => {
      heard += 1;
    };
    await unit.run(unbounded, async (tx) => {
      tx.afterCommit(listener);
      tx.afterCommit(listener);
    });
    await unit
      .run(unbounded, async (tx) => {
        tx.afterCommit(listener);
        throw new Error('no');
      })
      .catch(() => undefined);
    expect(heard).toBe(1);
  });

  it('is run once more when it lost a deadlock', async () => {
    await database.query(`insert into thing values ('x'), ('y')`);
    let arrived = 0;
    let runs = 0;
    const bothHoldOne = async () => {
      arrived += 1;
      await eventually(() => arrived >= 2);
    };
    const locking = (first: string, second: string) => async (tx: Transaction) => {
      runs += 1;
      await tx.query('select 1 from thing where name = $1 for update', [first]);
      await bothHoldOne();
      await tx.query('select 1 from thing where name = $1 for update', [second]);
    };
    await Promise.all([unit.run(unbounded, locking('x', 'y')), unit.run(unbounded, locking('y', 'x'))]);
    expect(runs).toBe(3);
  });

  it('survives that its connection is cut, and says that the store was not there', async () => {
    const work = unit.run(unbounded, async (tx) => {
      const [row] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
      await database.query('select pg_terminate_backend($1)', [row?.pid]);
      await eventually(
        async () => (await database.query('select 1 from pg_stat_activity where pid = $1', [row?.pid])).length === 0,
      );
      await tx.query('select 1');
    });
    await expect(work).rejects.toMatchObject({ code: 'store.unavailable' });
    expect(await unit.run(unbounded, add('a'))).toEqual({ count: 1 });
  });

  it('begins on a live connection after all idle ones were cut', async () => {
    const [other, unitOfOther] = await open(6);
    await Promise.all(Array.from({ length: 6 }, () => other.query('select pg_sleep(0.05)')));
    await database.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()',
    );
    expect(await unitOfOther.run(unbounded, add('a'))).toEqual({ count: 1 });
    expect(await count()).toBe(1);
  });
});

describe('a change that may not take effect after a time', () => {
  const storeNow = async (): Promise<number> => {
    const clock = new StoreClock(database);
    await clock.read();
    return clock.now();
  };
  const late = { code: 'bus.deadline', status: 503 };

  it('is refused at its commit by the clock of the database, and leaves nothing', async () => {
    const bound = { notAfter: (await storeNow()) + 30 };
    const work = unit.run(bound, async (tx) => {
      await add('a')(tx);
      await tx.query("select pg_sleep_until(to_timestamp($1::float8 / 1000) + interval '5 milliseconds')", [
        bound.notAfter,
      ]);
    });
    await expect(work).rejects.toMatchObject(late);
    expect(await count()).toBe(0);
    expect(await unit.run({ notAfter: (await storeNow()) + 60_000 }, add('a'))).toEqual({ count: 1 });
  });

  it.each([Number.NEGATIVE_INFINITY, -1, 0])(
    'is refused where the bound is %d, as no clock was read yet',
    async (notAfter) => {
      await expect(unit.run({ notAfter }, add('a'))).rejects.toMatchObject(late);
      expect(await count()).toBe(0);
    },
  );

  it('commits no refusal either, and tells no listener', async () => {
    let heard = 0;
    const work = unit.run({ notAfter: 0 }, async (tx) => {
      tx.afterCommit(() => {
        heard += 1;
      });
      await add('a')(tx);
      return refuse(new Problem('password.mismatch'));
    });
    await expect(work).rejects.toMatchObject(late);
    expect([heard, await count()]).toEqual([0, 0]);
  });

  it('says of a failed statement what it says without a bound', async () => {
    const work = unit.run({ notAfter: (await storeNow()) + 60_000 }, async (tx) => {
      await tx.query('select 1/0').catch(() => undefined);
    });
    await expect(work).rejects.toThrow('passed over');
  });

  it('may be asked again under its key, and takes effect then', async () => {
    const late = unit.once(operation, { ...asked('k'), notAfter: 0 }, {}, add('a'));
    await expect(late).rejects.toMatchObject({ code: 'bus.deadline' });
    expect(await unit.once(operation, asked('k'), {}, add('a'))).toEqual({ count: 1 });
  });
});

describe('the pool', () => {
  it('refuses at once when too many wait, and in time when none is free', async () => {
    const dataSource = await openDataSource({
      url: test.url,
      schema: 'public',
      entities: [],
      poolSize: 1,
      statementTimeoutMs: 2_000,
      connectTimeoutMs: 150,
      logger: testLogger(),
    });
    sources.push(dataSource);
    const narrow = new Database(dataSource, 1);
    const busy = narrow.query('select pg_sleep(0.5)');
    const waiting = narrow.query('select 1');
    await expect(narrow.query('select 1')).rejects.toMatchObject({ code: 'store.unavailable' });
    await expect(waiting).rejects.toMatchObject({ code: 'store.unavailable' });
    await busy;
    expect(await narrow.query<{ n: number }>('select 1 as n')).toEqual([{ n: 1 }]);
  });

  it('cancels what takes too long', async () => {
    await expect(database.query('select pg_sleep(5)')).rejects.toMatchObject({ code: 'store.unavailable' });
  });

  it('keeps a connection through a violated constraint', async () => {
    const [narrow] = await open(1);
    const pid = async () => (await narrow.query<{ pid: number }>('select pg_backend_pid() as pid'))[0]?.pid;
    const before = await pid();
    await narrow.query(`insert into thing values ('a')`);
    await expect(narrow.query(`insert into thing values ('a')`)).rejects.toMatchObject({ code: '23505' });
    expect(await pid()).toBe(before);
  });

  it('prepares a named statement once', async () => {
    const [narrow] = await open(1);
    const statement = { name: 'thing.count', text: 'select count(*)::int as n from thing where name = $1' };
    await narrow.query(statement, ['a']);
    await narrow.query(statement, ['b']);
    expect(await narrow.query(`select name from pg_prepared_statements`)).toEqual([{ name: 'thing.count' }]);
  });
});

describe('the same idempotency key again', () => {
  it('is answered with the first answer; the work is not run', async () => {
    const request = { name: 'a' };
    const first = await unit.once(operation, asked('k'), request, add('a'));
    expect(await unit.once(operation, asked('k'), request, add('a'))).toEqual(first);
    expect(await count()).toBe(1);
  });

  it('with another request is refused', async () => {
    await unit.once(operation, asked('k'), { name: 'a' }, add('a'));
    const again = unit.once(operation, asked('k'), { name: 'b' }, add('b'));
    await expect(again).rejects.toMatchObject({ code: 'request.key_reused' });
    expect(await count()).toBe(1);
  });

  it('from another caller is another request', async () => {
    await unit.once(operation, asked('k'), { name: 'a' }, add('a'));
    expect(await unit.once(operation, asked('k', 'operator'), { name: 'b' }, add('b'))).toEqual({ count: 2 });
  });

  it('is answered with the committed refusal', async () => {
    const refusing = async (tx: Transaction) => {
      await add('a')(tx);
      return refuse(new Problem('password.mismatch', 'no', 3));
    };
    for (let i = 0; i < 2; i += 1) {
      const work = unit.once(operation, asked('k'), {}, refusing);
      await expect(work).rejects.toMatchObject({ code: 'password.mismatch', retryAfterSeconds: 3 });
    }
    expect(await count()).toBe(1);
  });

  it('after a rolled-back refusal is a first one', async () => {
    const thrown = unit.once(operation, asked('k'), {}, async () => {
      throw new Problem('user.exists');
    });
    await expect(thrown).rejects.toMatchObject({ code: 'user.exists' });
    expect(await unit.once(operation, asked('k'), {}, add('a'))).toEqual({ count: 1 });
  });

  it.each([1, 4])('raced 50 times over %i processes runs the work once, and all get the same answer', async (many) => {
    const units = [unit];
    while (units.length < many) units.push((await open())[1]);
    let runs = 0;
    const work = async (tx: Transaction) => {
      runs += 1;
      await tx.query('select pg_sleep(0.05)');
      return add('a')(tx);
    };
    const races = Array.from({ length: 50 }, (_, i) =>
      (units[i % many] as UnitOfWork).once(operation, asked('race'), { name: 'a' }, work),
    );
    expect(await Promise.all(races)).toEqual(Array.from({ length: 50 }, () => ({ count: 1 })));
    expect(runs).toBe(1);
    expect(await count()).toBe(1);
  });
});

describe('a kept answer', () => {
  it('lies below the seal, together with the hash of its request', async () => {
    const mirrored: AnswerSeal = {
      currentKeyId: 'mirror',
      seal: (row, plaintext) => ({
        sealed: Buffer.from(`${row}:${[...plaintext].reverse().join('')}`),
        keyId: 'mirror',
      }),
      open: (row, sealed) => [...sealed.toString().slice(row.length + 1)].reverse().join(''),
    };
    const [, sealing] = await open(2, mirrored);
    const work = async () => ({ applicationKey: 'shown-once' });
    const first = await sealing.once(operation, asked('k'), { name: 'secret-name' }, work);
    expect(await sealing.once(operation, asked('k'), { name: 'secret-name' }, work)).toEqual(first);
    const [row] = await database.query<{ all: string }>(
      'select idempotency_record::text as all from idempotency_record',
    );
    const [bytes] = await database.query<{ sealed_answer: Buffer }>('select sealed_answer from idempotency_record');
    expect(`${row?.all}${bytes?.sealed_answer}`).not.toMatch(/shown-once|secret-name|gateway/);
  });

  it('is swept after a day, not before', async () => {
    await unit.once(operation, asked('old'), {}, add('a'));
    await unit.once(operation, asked('new'), {}, add('b'));
    await database.query(`update idempotency_record set handled_at = now() - interval '25 hours'
      where ctid = (select min(ctid) from idempotency_record)`);
    expect(await sweepIdempotencyRecords(database)).toBe(1);
    expect(await sweepIdempotencyRecords(database)).toBe(0);
  });
});
