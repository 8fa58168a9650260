import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type EmbeddedPostgres, startPostgres } from '@countersign/embedded';
import { createServiceDatabase, rolesOf } from '@countersign/provisioning';
import { testEnvironment, testLogger } from '@countersign/testing';
import { migrateAuthentication } from './open-authentication.js';

/** A durable PostgreSQL of a spec's own, with the authentication schema in it: to be killed and restarted. */
export interface PrivatePostgres {
  /** Superuser, database `postgres`. */
  readonly adminUrl: string;
  readonly runtimeUrl: string;
  /** kill -9 of the postmaster; answers when the server takes connections again. */
  kill(): Promise<void>;
  /** A clean stop and start, at the same address. */
  restart(): Promise<void>;
  remove(): Promise<void>;
}

const password = 'test-only';

export async function privatePostgres(): Promise<PrivatePostgres> {
  const folder = join(testEnvironment().folder, `pg-${randomBytes(6).toString('hex')}`);
  const start = (port?: number): Promise<EmbeddedPostgres> =>
    startPostgres({
      folder,
      durable: true,
      superuserPassword: password,
      logger: testLogger(),
      revives: false,
      ...(port !== undefined && { port }),
    });
  let server = await start();
  const urlOf = (user: string) => `postgres://${user}:${password}@127.0.0.1:${server.port}/postgres`;
  const { owner, runtime } = rolesOf('authentication', 'countersign');
  await createServiceDatabase(server.url, 'authentication', { user: owner, password }, { user: runtime, password });
  await migrateAuthentication(urlOf(owner));
  const { port } = server;
  return {
    adminUrl: server.url,
    runtimeUrl: urlOf(runtime),
    kill: async () => {
      process.kill(server.pid, 'SIGKILL');
      await server.stop();
      server = await start(port);
    },
    restart: async () => {
      await server.stop();
      server = await start(port);
    },
    remove: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
