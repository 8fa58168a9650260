import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
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

beforeAll(async () => {
  database = await freshDatabase();
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
    const prefix = new URL(database.url).pathname.slice(1);
    expect(said[0]).toContain(`roles and schemas of ${runningServices.join(', ')} are in database test_`);
    for (const service of runningServices) {
      const runtime = `${prefix}_${service}`;
      const statement = 'select current_user as who, current_schema as place';
      expect(await asks(text(`${service}-owner/database-url`), statement)).toEqual({
        who: `${runtime}_owner`,
        place: service,
      });
      expect(await asks(text(`${service}/database-url`), statement)).toEqual({ who: runtime, place: service });
    }
  });

  it('makes the database too where it is not there yet, beside the one of another installation', async () => {
    const url = new URL(database.url);
    url.pathname = `${url.pathname}_more`;
    const more = mkdtempSync(join(tmpdir(), 'countersign-provisioner-'));
    const own = { COUNTERSIGN_SECRETS: more, NATS_SERVERS: 'nats://nats:4222' };
    try {
      await run('secrets', { ...own, DATABASE_SERVER: `postgres://${url.host}${url.pathname}` });
      await run('database', { ...own, DATABASE_URL: url.href });
      const address = readFileSync(join(more, 'directory/database-url'), 'utf8');
      expect(await asks(address, 'select current_schema as place')).toEqual({ place: 'directory' });
      // the roles of the first have the passwords that they had
      expect(await asks(text('directory/database-url'), 'select 1 as id')).toEqual({ id: 1 });
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
    expect(await run('streams', more)).toContain('COUNTERSIGN_EVENTS, COUNTERSIGN_AUDIT exist, with 1 copies each');
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
