import { randomBytes } from 'node:crypto';
import { createServiceDatabase, databaseOf, rolesOf } from '@countersign/provisioning';
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
  /** `<database>_<service>_owner`: migrates. */
  readonly ownerUrl: string;
  /** `<database>_<service>`: runs. */
  readonly runtimeUrl: string;
}

const PASSWORD = 'test-only';

/** An empty database with a random name; `drop` also ends its connections and drops the roles of its name. */
export async function freshDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  const { postgresUrl } = testEnvironment();
  const url = new URL(postgresUrl);
  url.pathname = `/${name}`;
  await asSuperuser(postgresUrl, async (client) => {
    await client.query(`create database ${escapeIdentifier(name)} encoding 'UTF8' template template0`);
  });
  return {
    url: url.href,
    drop: () =>
      asSuperuser(postgresUrl, async (client) => {
        await client.query(`drop database if exists ${escapeIdentifier(name)} with (force)`);
        const { rows } = await client.query('select rolname from pg_roles where starts_with(rolname, $1)', [
          `${name}_`,
        ]);
        for (const { rolname } of rows) await client.query(`drop role ${escapeIdentifier(rolname)}`);
      }),
  };
}

/** A database with the service's schema, its owner and its runtime role; run the service's migrations as the owner. */
export async function databaseWithRoles(service: string): Promise<ServiceTestDatabase> {
  const database = await freshDatabase();
  return { ...database, ...(await addServiceTo(database, service)) };
}

/** Puts one more service into an existing database: for specs of several services, and for the journeys. */
export async function addServiceTo(
  database: TestDatabase,
  service: string,
): Promise<{ readonly ownerUrl: string; readonly runtimeUrl: string }> {
  const roles = rolesOf(service, databaseOf(database.url));
  const credentials = (user: string) => ({ user, password: PASSWORD });
  await createServiceDatabase(database.url, service, credentials(roles.owner), credentials(roles.runtime));
  return { ownerUrl: urlAs(database.url, roles.owner), runtimeUrl: urlAs(database.url, roles.runtime) };
}

async function asSuperuser(url: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await work(client).finally(() => client.end());
}

function urlAs(url: string, user: string): string {
  const changed = new URL(url);
  changed.username = user;
  changed.password = PASSWORD;
  return changed.href;
}
