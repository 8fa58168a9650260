import { randomBytes } from 'node:crypto';
import { createServiceDatabase, rolesOf } from '@countersign/provisioning';
import { Client, escapeIdentifier } from 'pg';
import { testEnvironment } from './test-environment.js';

/** A database of a spec's own. */
export interface TestDatabase {
  /** As the superuser. */
  readonly url: string;
  drop(): Promise<void>;
}

/** The same, with a service's schema and roles in it as the launcher makes them. */
export interface ServiceTestDatabase extends TestDatabase {
  /** `<service>_owner`: migrates. */
  readonly ownerUrl: string;
  /** `<service>`: runs. */
  readonly runtimeUrl: string;
}

/** Roles are the whole server's, so every spec of a run sets the same passwords. */
const PASSWORD = 'test-only';

/** An empty database with a random name; `drop` also throws out who is still connected. */
export async function freshDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  const { postgresUrl } = testEnvironment();
  await asSuperuser(postgresUrl, `create database ${escapeIdentifier(name)} template template0`);
  return {
    url: withParts(postgresUrl, { database: name }),
    drop: () => asSuperuser(postgresUrl, `drop database if exists ${escapeIdentifier(name)} with (force)`),
  };
}

/** A database with the service's schema, its owner and its runtime role; run the service's migrations as the owner. */
export async function databaseWithRoles(service: string): Promise<ServiceTestDatabase> {
  const database = await freshDatabase();
  return { ...database, ...(await addServiceTo(database, service)) };
}

/** Puts one more service into a database that is there: for specs of several services, and for the journeys. */
export async function addServiceTo(
  database: TestDatabase,
  service: string,
): Promise<{ readonly ownerUrl: string; readonly runtimeUrl: string }> {
  await createServiceDatabase(database.url, service, PASSWORD, PASSWORD);
  const { owner, runtime } = rolesOf(service);
  return { ownerUrl: withParts(database.url, { user: owner }), runtimeUrl: withParts(database.url, { user: runtime }) };
}

async function asSuperuser(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}

function withParts(url: string, parts: { readonly database?: string; readonly user?: string }): string {
  const changed = new URL(url);
  if (parts.database !== undefined) {
    changed.pathname = `/${parts.database}`;
  }
  if (parts.user !== undefined) {
    changed.username = parts.user;
    changed.password = PASSWORD;
  }
  return changed.href;
}
