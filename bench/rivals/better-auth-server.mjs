/** better-auth as its documentation shows it, on node:http and PostgreSQL; no limit of rates, nothing told home. */
import { createServer } from 'node:http';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import pg from 'pg';
import { announce } from './announce.mjs';

const options = {
  baseURL: 'http://127.0.0.1',
  secret: process.env.BETTER_AUTH_SECRET,
  trustedOrigins: ['http://127.0.0.1'],
  database: new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 8 }),
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
};
const { runMigrations } = await getMigrations(options);
await runMigrations();
const server = createServer(toNodeHandler(betterAuth(options)));
server.listen(0, '127.0.0.1', () => announce(server));
