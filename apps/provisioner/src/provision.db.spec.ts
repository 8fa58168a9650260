import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runningServices } from '@countersign/contracts';
import { freshDatabase, startTestNats, type TestDatabase, type TestNats } from '@countersign/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { Client } from 'pg';
import { provision } from './tasks.js';

const folder = mkdtempSync(join(tmpdir(), 'countersign-provisioner-'));
const text = (name: string) => readFileSync(join(folder, name), 'utf8');
const settings: Record<string, string> = { COUNTERSIGN_SECRETS: folder };
const run = (task: string, more: Record<string, string> = {}) => provision([task], { ...settings, ...more });
let database: TestDatabase;
let nats: TestNats;

async function asks(url: string, statement: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client
    .query(statement)
    .then(({ rows }) => rows[0])
    .finally(() => client.end());
}

/** Roles are the whole test server's: every spec gives them the same password. */
function writeDatabaseSecrets(url: string): void {
  for (const service of runningServices) {
    for (const [who, role] of [
      [service, service],
      [`${service}-owner`, `${service}_owner`],
    ] as const) {
      const own = new URL(url);
      own.username = role;
      own.password = 'test-only';
      mkdirSync(join(folder, who), { recursive: true });
      writeFileSync(join(folder, who, 'database-url'), `${own.href}\n`);
    }
  }
}

beforeAll(async () => {
  database = await freshDatabase();
  writeDatabaseSecrets(database.url);
  const { host, pathname } = new URL(database.url);
  await run('secrets', { NATS_SERVERS: 'nats://nats:4222', DATABASE_SERVER: `postgres://${host}${pathname}` });
  const file = join(folder, 'accounts.conf');
  await run('bus-configuration', { BUS_CONFIGURATION_FORM: 'accounts', BUS_CONFIGURATION_FILE: file });
  // the two accounts in a server that is there already, as its operator includes them
  nats = await startTestNats(`accounts {\n${text('accounts.conf')}\n SYS { users: [] }\n}\nsystem_account: SYS\n`);
});
afterAll(async () => {
  await nats?.remove();
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

describe('the task database', () => {
  it('makes the roles and schemas of every service, also when two do it at once', async () => {
    const said = await Promise.all([1, 2].map(() => run('database', { DATABASE_URL: database.url })));
    expect(said[0]).toContain(`roles and schemas of ${runningServices.join(', ')} are in database test_`);
    for (const service of runningServices) {
      const place = { who: `${service}_owner`, place: service };
      const statement = 'select current_user as who, current_schema as place';
      expect(await asks(text(`${service}-owner/database-url`), statement)).toEqual(place);
      expect(await asks(text(`${service}/database-url`), statement)).toEqual({ ...place, who: service });
    }
  });

  it('makes the database too, where it is not there yet', async () => {
    const url = new URL(database.url);
    url.pathname = `${url.pathname}_more`;
    const more = mkdtempSync(join(tmpdir(), 'countersign-provisioner-'));
    cpSync(folder, more, { recursive: true });
    try {
      for (const who of runningServices.flatMap((service) => [service, `${service}-owner`])) {
        const file = join(more, who, 'database-url');
        writeFileSync(
          file,
          readFileSync(file, 'utf8').replace(database.url.split('/').at(-1) ?? '', url.pathname.slice(1)),
        );
      }
      await run('database', { COUNTERSIGN_SECRETS: more, DATABASE_URL: url.href });
      expect(
        await asks(url.href, `select count(*)::int as count from pg_namespace where nspname = 'directory'`),
      ).toEqual({
        count: 1,
      });
    } finally {
      await asks(database.url, `drop database if exists ${url.pathname.slice(1)} with (force)`);
      rmSync(more, { recursive: true, force: true });
    }
  });
});

describe('the task streams', () => {
  const natsUrl = () => text('provisioner/nats-url').replace('nats:4222', `127.0.0.1:${nats.port}`);

  it('makes streams and consumers as the provisioner, also when two do it at once, and again', async () => {
    const more = { NATS_URL: natsUrl(), STREAM_MAX_AGE_DAYS: '3', STREAM_MAX_BYTES: '67108864' };
    await Promise.all([run('streams', more), run('streams', more)]);
    expect(await run('streams', more)).toContain('COUNTERSIGN_EVENTS, COUNTERSIGN_AUDIT are there, with 1 copies each');
    const { username: user, password: pass } = new URL(natsUrl());
    const connection = await connect({ servers: nats.url, user, pass, inboxPrefix: `_INBOX_${user}` });
    const manager = await jetstreamManager(connection, { checkAPI: false });
    const { config } = await manager.streams.info('COUNTERSIGN_EVENTS');
    expect(config).toMatchObject({ max_age: 3 * 864e11, max_bytes: 67_108_864, num_replicas: 1 });
    await connection.close();
  });

  it('is told when NATS refuses: more copies than servers, a wrong password', async () => {
    const many = run('streams', { NATS_URL: natsUrl(), STREAM_REPLICAS: '3' });
    await expect(many).rejects.toThrow(/^streams failed: nats is a server by itself: .* has 1 copy, expected 3$/);
    const url = new URL(natsUrl());
    url.password = 'x'.repeat(32);
    await expect(run('streams', { NATS_URL: url.href })).rejects.toThrow(/^streams failed: .*authorization/i);
  });
});
