import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { user, userEvent } from './stock-user.entity.mjs';

/**
 * A database beside ours, on the same server.
 *
 * @param {string} serverUrl as the superuser
 * @param {string} name
 * @returns {Promise<string>} its URL
 */
export async function makeDatabase(serverUrl, name) {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
  return Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href;
}

/**
 * The table of the stock service with as many users as ours, under the same names.
 *
 * @param {string} url
 * @param {readonly string[]} userIds
 */
export async function seedStockUsers(url, userIds) {
  const source = await new DataSource({
    type: 'postgres',
    url,
    entities: [user, userEvent],
    synchronize: true,
  }).initialize();
  try {
    const realmId = randomUUID();
    const rows = userIds.map((username, position) => ({
      username,
      email: `${username}@example.com`,
      phone: `+1202555${String(position).padStart(4, '0')}`,
      firstName: 'Given',
      lastName: `Family ${position}`,
      status: 'active',
      realmId,
      passwordHash: '-',
    }));
    await source.getRepository(user).save(rows, { chunk: 500 });
  } finally {
    await source.destroy();
  }
}
