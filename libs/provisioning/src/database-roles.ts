import { setTimeout as delay } from 'node:timers/promises';
import { Client, DatabaseError, escapeIdentifier, escapeLiteral } from 'pg';

/** The two roles of a service: one migrates, one runs. */
export interface ServiceRoles {
  readonly owner: string;
  readonly runtime: string;
}

const TRIES = 8;
const PAUSE_MS = 40;
/** What two starts at once do to each other: PostgreSQL has no lock that spans databases, and roles do. */
const CONFLICTS = new Set(['XX000', '23505', '42710', '42P06']);

/** The roles of a service: `<service>_owner` migrates its schema, `<service>` runs with what the migrations grant it. */
export function rolesOf(service: string): ServiceRoles {
  return { owner: `${service}_owner`, runtime: service };
}

/**
 * Makes a service's place in the database of the URL: its two roles, a schema of its name that the owner owns, and
 * nothing for anybody else: no rights of `public` on the database, on schema public or, where the administrator may
 * take that away, on large objects, which no schema holds and no right on a table guards. The runtime role may connect
 * and use the schema; rights on tables are the migrations' to grant. Both roles find the schema by their search path.
 * Passwords are put in force each time. May be run again, also by several launchers at once.
 *
 * @param adminUrl `postgres://` URL of a superuser, or of a role that may create roles and owns the database
 * @throws when a role of that name has rights that no service may have
 */
export async function createServiceDatabase(
  adminUrl: string,
  service: string,
  ownerPassword: string,
  runtimePassword: string,
): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  client.on('error', () => undefined); // a lost server is told by the failing statement
  await client.connect();
  try {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await inTransaction(client, () => create(client, service, ownerPassword, runtimePassword));
      } catch (error) {
        if (attempt === TRIES || !(error instanceof DatabaseError) || !CONFLICTS.has(error.code ?? '')) {
          throw error;
        }
        await delay(PAUSE_MS * attempt);
      }
    }
  } finally {
    await client.end();
  }
}

async function inTransaction(client: Client, work: () => Promise<void>): Promise<void> {
  await client.query('begin');
  try {
    await work();
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

/** Only a superuser may: elsewhere `public` keeps the functions that PostgreSQL gives it. */
const revokeLargeObjects = `
  do $$
  declare
    routine regprocedure;
  begin
    for routine in
      select oid from pg_proc
      where pronamespace = 'pg_catalog'::regnamespace and (starts_with(proname, 'lo_') or proname in ('loread', 'lowrite'))
        and has_function_privilege('public', oid, 'execute')
    loop
      execute format('revoke execute on function %s from public', routine);
    end loop;
  exception when insufficient_privilege then
    null;
  end
  $$`;

async function create(client: Client, service: string, ownerPassword: string, runtimePassword: string): Promise<void> {
  const roles = rolesOf(service);
  await putRole(client, roles.owner, ownerPassword);
  await putRole(client, roles.runtime, runtimePassword);
  const [schema, owner, runtime] = [service, roles.owner, roles.runtime].map((name) => escapeIdentifier(name));
  const database = await readDatabase(client);
  if (!database.isSuperuser) {
    // Who is no superuser may hand a schema only to a role that they are a member of.
    await client.query(`grant ${owner} to current_user`);
  }
  await client.query(`create schema if not exists ${schema} authorization ${owner}`);
  await client.query(`alter schema ${schema} owner to ${owner}`);
  await client.query(`revoke all on schema ${schema} from public`);
  await client.query('revoke all on schema public from public');
  await client.query(revokeLargeObjects);
  await client.query(`revoke all on database ${database.name} from public`);
  await client.query(`grant connect on database ${database.name} to ${owner}, ${runtime}`);
  await client.query(`grant usage on schema ${schema} to ${runtime}`);
  for (const role of [owner, runtime]) {
    await client.query(`alter role ${role} in database ${database.name} set search_path to ${schema}`);
  }
}

async function putRole(client: Client, name: string, password: string): Promise<void> {
  const { rows } = await client.query(
    `select rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls as "isMighty"
       from pg_roles where rolname = $1`,
    [name],
  );
  const found = rows[0] as { readonly isMighty: boolean } | undefined;
  if (found?.isMighty) {
    throw new Error(`database role ${name} exists with rights over the whole server: expected a role without any`);
  }
  const rights = found === undefined ? 'nosuperuser nocreatedb nocreaterole noreplication nobypassrls' : '';
  const verb = found === undefined ? 'create' : 'alter';
  await client.query(`${verb} role ${escapeIdentifier(name)} login ${rights} password ${escapeLiteral(password)}`);
}

async function readDatabase(client: Client): Promise<{ readonly name: string; readonly isSuperuser: boolean }> {
  const { rows } = await client.query(
    'select current_database() as name, rolsuper as "isSuperuser" from pg_roles where rolname = current_user',
  );
  const [row] = rows as readonly { readonly name: string; readonly isSuperuser: boolean }[];
  if (row === undefined) {
    throw new Error('the database does not know the role that is connected');
  }
  return { name: escapeIdentifier(row.name), isSuperuser: row.isSuperuser };
}
