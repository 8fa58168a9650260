import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type EmbeddedPostgres, startPostgres } from '@countersign/embedded';
import { eventually, testEnvironment, testLogger } from '@countersign/testing';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import pg from 'pg';
import { DataSource } from 'typeorm';
import {
  answersInClear,
  Database,
  IdempotencyRecords,
  openDataSource,
  PersistenceModule,
  UnitOfWork,
  unbounded,
} from './index.js';

let postgres: EmbeddedPostgres;
let service: Awaited<ReturnType<typeof NestFactory.createApplicationContext>>;
let database: Database;
let unit: UnitOfWork;

const options = () => ({
  url: postgres.url,
  schema: 'public',
  entities: [],
  poolSize: 4,
  statementTimeoutMs: 1_000,
  answerSeal: answersInClear,
  logger: testLogger(),
});

beforeAll(async () => {
  postgres = await startPostgres({
    folder: join(testEnvironment().folder, 'postgres-of-outage-spec'),
    // what was committed has to survive the kill
    durable: true,
    superuserPassword: 'test-only',
    logger: testLogger(),
    revives: true,
  });
  class Service {}
  Module({ imports: [PersistenceModule.forRoot(options())] })(Service);
  service = await NestFactory.createApplicationContext(Service, { logger: false, abortOnError: false });
  database = service.get(Database);
  unit = service.get(UnitOfWork);
  await database.query('create table thing (n int)');
}, 60_000);
afterAll(async () => {
  await service.close();
  await postgres.stop();
});

/** Its keeper starts it again. */
const kill = () => eventually(() => void process.kill(postgres.pid, 'SIGKILL'));
const answers = () =>
  database.query('select 1').then(
    () => true,
    () => false,
  );
const isServing = () => eventually(answers, { deadlineMs: 30_000, everyMs: 20 });

describe('a killed PostgreSQL', () => {
  it('is told at once, call by call, and needs no restart of ours', async () => {
    const busy = Array.from({ length: 8 }, () => database.query('select pg_sleep(0.8)').catch((error) => error));
    await eventually(() => database.load.inUse === 4);
    await kill();
    for (const outcome of await Promise.all(busy)) {
      if (!Array.isArray(outcome)) expect(outcome).toMatchObject({ code: 'store.unavailable', retryAfterSeconds: 1 });
    }
    await isServing();
    expect(await unit.run(unbounded, (tx) => tx.query('insert into thing values (1) returning n'))).toEqual([{ n: 1 }]);
  }, 60_000);
});

describe('a PostgreSQL that has stopped answering', () => {
  it('delays no query longer than the timeouts, and is used again when it answers', async () => {
    await isServing();
    const backends = await database.query<{ pid: number }>(
      `select pid from pg_stat_activity where datname = current_database() and backend_type = 'client backend'`,
    );
    const { pid: postmaster } = postgres;
    const stopped = [postmaster, ...backends.map((backend) => backend.pid)];
    for (const pid of stopped) process.kill(pid, 'SIGSTOP');
    try {
      const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => database.query('select 1')));
      expect(outcomes.every((outcome) => outcome.status === 'rejected')).toBe(true);
    } finally {
      for (const pid of stopped) process.kill(pid, 'SIGCONT');
    }
    await isServing();
    // the statement timeout, its second of grace, and the waiting for the stopped server to be counted dead
  }, 15_000);
});

/** A network in front of the database that drops everything while it is cut, of which neither side is told. */
async function networkTo(url: string) {
  const ends: Socket[] = [];
  const network = { url: '', isCut: false, remove: () => {} };
  const server = createServer((near) => {
    const far = connect(Number(new URL(url).port), '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.push(from);
      from.on('error', () => undefined).on('close', () => to.destroy());
      from.on('data', (data) => network.isCut || to.write(data));
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const through = new URL(url);
  through.port = String((server.address() as AddressInfo).port);
  network.url = through.href;
  network.remove = () => {
    for (const end of ends) end.destroy();
    server.close();
  };
  return network;
}

describe('a database from which nothing comes back', () => {
  it('is awaited once for a statement, and not again for the end of its transaction', async () => {
    await isServing();
    const network = await networkTo(postgres.url);
    const source = await openDataSource({ ...options(), url: network.url, statementTimeoutMs: 100 });
    const far = new Database(source, 10);
    const farUnit = new UnitOfWork(far, new IdempotencyRecords(answersInClear));
    const sent = jest.spyOn(pg.Client.prototype, 'query');
    const unavailable = { code: 'store.unavailable' };
    try {
      const change = farUnit.run(unbounded, async (tx) => {
        await tx.query('insert into thing values (20)');
        network.isCut = true;
        await tx.query('insert into thing values (21)');
      });
      await expect(change).rejects.toMatchObject(unavailable);
      await expect(far.query('insert into thing values (22)')).rejects.toMatchObject(unavailable);
      await expect(far.tryOut('insert into thing values (23)')).rejects.toMatchObject(unavailable);
      expect(JSON.stringify(sent.mock.calls)).not.toContain('rollback');
      network.isCut = false;
      await eventually(() => far.query('select 1').then(Boolean, () => false));
      expect(await database.query('select n from thing where n between 20 and 29')).toEqual([]);
    } finally {
      sent.mockRestore();
      network.remove();
      await source.destroy();
    }
  });
});

describe('a lock that another session holds', () => {
  it('holds a statement no longer than its timeout, and what it was to change is not changed later', async () => {
    await isServing();
    await database.query('insert into thing values (30)');
    await unit.run(unbounded, async (tx) => {
      await tx.query('update thing set n = 31 where n = 30');
      const late = 'update thing set n = n + 100 where n in (30, 31)';
      await expect(database.query(late)).rejects.toMatchObject({ code: 'store.unavailable', detail: '57014' });
    });
    expect(await database.query('select n from thing where n >= 30')).toEqual([{ n: 31 }]);
  });
});

describe('a process that is frozen in the middle of a change', () => {
  it('holds others up for seconds only, and the change does not happen when it goes on', async () => {
    await isServing();
    await database.query('insert into thing values (10)');
    let goOn = () => {};
    let isHolding = false;
    const frozen = unit.run(unbounded, async (tx) => {
      await tx.query('update thing set n = 11 where n = 10');
      isHolding = true;
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
    });
    await eventually(() => isHolding);
    const other = () => unit.run(unbounded, (tx) => tx.query('update thing set n = 12 where n = 10 returning n'));
    expect(await eventually(other, { deadlineMs: 30_000, everyMs: 20 })).toEqual([{ n: 12 }]);
    goOn();
    await expect(frozen).rejects.toMatchObject({ code: 'store.unavailable' });
    expect(await database.query('select n from thing where n between 10 and 19')).toEqual([{ n: 12 }]);
  }, 60_000);
});

describe('a start', () => {
  it('waits for a database that is not there yet', async () => {
    await isServing();
    await kill();
    const dataSource = await openDataSource({ ...options(), startWaitMs: 30_000 });
    expect(dataSource).toBeInstanceOf(DataSource);
    await dataSource.destroy();
  }, 60_000);

  it('gives up in the end', async () => {
    const nowhere = new URL(options().url);
    nowhere.port = '1';
    await expect(openDataSource({ ...options(), url: nowhere.href, startWaitMs: 300 })).rejects.toThrow();
  });

  it('does not wait where waiting cannot help', async () => {
    await isServing();
    const missing = new URL(options().url);
    missing.pathname = '/no-such-database';
    await expect(openDataSource({ ...options(), url: missing.href })).rejects.toMatchObject({ code: '3D000' });
  });
});
