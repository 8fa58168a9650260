import { freshDatabase } from '@countersign/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { ensureDatabase } from './database.js';

const dropped: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const drop of dropped.splice(0)) await drop();
});

describe('the database of an installation', () => {
  it('is made once, also when two launchers start together, and then left as it is', async () => {
    const base = await freshDatabase();
    dropped.push(() => base.drop());
    const url = new URL(base.url);
    url.pathname = `${url.pathname} of "ours"`;
    await Promise.all([ensureDatabase(url.href), ensureDatabase(url.href)]);
    await ensureDatabase(url.href);
    const client = new Client({ connectionString: url.href });
    await client.connect();
    const { rows } = await client.query('select current_database() as name');
    await client.end();
    expect(rows[0].name).toMatch(/ of "ours"$/);
    const admin = new Client({ connectionString: base.url });
    await admin.connect();
    await admin.query(`drop database "${rows[0].name.replaceAll('"', '""')}"`);
    await admin.end();
  });
});
