import { join } from 'node:path';
import { userPaths } from '../ours/platform.mjs';
import { startProgram } from '../programs/program.mjs';
import { makeDatabase, seedStockUsers } from './stock-database.mjs';

/** @type {Promise<NodeJS.ProcessEnv> | undefined} */
let prepared;

/**
 * Where the stock gateway and service find their servers: a nats-server without users of its own, the same PostgreSQL.
 *
 * @param {import('../context.mjs').Context} context
 * @returns {Promise<NodeJS.ProcessEnv>}
 */
export function stockEnvironment({ servers }) {
  prepared ??= prepare(servers);
  return prepared;
}

async function prepare(servers) {
  const postgres = await servers.postgres();
  const nats = await servers.nats('stock');
  const url = await makeDatabase(postgres.url, 'stock');
  await seedStockUsers(
    url,
    userPaths.map((path) => path.slice(path.lastIndexOf('/') + 1)),
  );
  return { DATABASE_URL: url, NATS_URL: nats.url };
}

/**
 * @param {'stock-gateway' | 'stock-service'} name
 * @param {NodeJS.ProcessEnv} env
 * @param {{ readonly isBare?: boolean }} [options]
 */
export function startStock(name, env, options = {}) {
  return startProgram({ script: join(import.meta.dirname, `${name}.mjs`), env, ...options });
}
