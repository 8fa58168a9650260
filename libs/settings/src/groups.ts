import { networkInterfaces } from 'node:os';
import { z } from 'zod';
import { wholeNumber } from './define-settings.js';

/** `::` is each address of both families. Where there is no IPv6, that is each address of IPv4. */
function listeningAddress(host: string): string {
  if (host !== '::') return host;
  const addresses = Object.values(networkInterfaces()).flat();
  return addresses.some((address) => address?.family === 'IPv6') ? host : '0.0.0.0';
}

/** Settings every process has. */
export const serviceSettings = {
  COUNTERSIGN_HOST: {
    schema: z.string().min(1).transform(listeningAddress),
    default: '127.0.0.1',
    description: 'address to listen on; in a container :: (each address of IPv4 and IPv6)',
  },
  COUNTERSIGN_PORT: {
    schema: wholeNumber(0, 65_535),
    default: '0',
    description: 'port of the HTTP side (API or health and metrics); 0 = any free port',
  },
  LOG_LEVEL: {
    schema: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
    default: 'info',
    description: 'least severe level that is logged',
  },
  COUNTERSIGN_INSTANCE: {
    schema: z.string().regex(/^[A-Za-z0-9_-]{1,60}$/, 'is not 1 to 60 of A-Z, a-z, 0-9, _ and -'),
    optional: true,
    description: 'name of this replica in logs and on the bus; on the bus made from the process id when absent',
  },
} as const;

/** Settings of every process on the bus, by the names a NATS operator looks for. */
export const busSettings = {
  NATS_URL: {
    schema: z.string().min(1),
    secret: true,
    description: 'NATS servers, separated by commas: nats://user:password@host:4222',
  },
  NATS_CREDS: { schema: z.string(), optional: true, description: 'file with JWT and seed (.creds)' },
  NATS_NKEY_SEED_FILE: { schema: z.string(), optional: true, description: 'file with an nkey seed' },
  NATS_CA: { schema: z.string(), optional: true, description: 'file with the CA that signed the NATS servers' },
  NATS_CERT: { schema: z.string(), optional: true, description: 'file with our TLS certificate towards NATS' },
  NATS_KEY: { schema: z.string(), optional: true, description: 'file with the key of NATS_CERT' },
  NATS_INBOX_PREFIX: {
    schema: z.string(),
    optional: true,
    description: 'prefix of reply inboxes; by default _INBOX_<service>; services answer into no other',
  },
  BUS_DEADLINE_MS: {
    schema: wholeNumber(50, 60_000),
    default: '5000',
    description: 'longest wait for an answer on the bus, milliseconds',
  },
} as const;

/** Of what makes the roles of an installation. */
export const databaseRolePrefix = {
  schema: z.string().regex(/^[a-z][a-z0-9_]{0,41}$/, 'is not a-z, 0-9 and _, 42 of them at most'),
  optional: true,
  description:
    'beginning of the names of the database roles, which tells installations on one server apart; the name of the database when absent',
} as const;

/** Settings of every process with tables. */
export const databaseSettings = {
  DATABASE_URL: {
    schema: z.string().min(1),
    secret: true,
    description: 'PostgreSQL as the role that runs the service: postgres://user:password@host:5432/database',
  },
  DATABASE_OWNER_URL: {
    schema: z.string().min(1),
    secret: true,
    optional: true,
    description: 'the same as the role that owns the schema; when set, the service migrates at start',
  },
  DATABASE_POOL_SIZE: {
    schema: wholeNumber(2, 200),
    default: '8',
    description: 'connections of this process to PostgreSQL',
  },
  DATABASE_STATEMENT_TIMEOUT_MS: {
    schema: wholeNumber(100, 120_000),
    default: '4000',
    description: 'longest run of one statement, milliseconds',
  },
} as const;

/** Settings of a process that brings the schema of a service up to date and ends. */
export const migrationSettings = {
  DATABASE_OWNER_URL: {
    schema: z.string().min(1),
    secret: true,
    description: 'PostgreSQL as the role that owns the schema: postgres://user:password@host:5432/database',
  },
  LOG_LEVEL: serviceSettings.LOG_LEVEL,
} as const;
