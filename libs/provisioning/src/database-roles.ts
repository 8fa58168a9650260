import { setTimeout as delay } from 'node:timers/promises';
import { isConnectionBroken } from '@countersign/persistence/store-fault';
import { type Client, DatabaseError, escapeIdentifier, escapeLiteral } from 'pg';
import { asAdministrator } from './administrator.js';
import { scramVerifierOf } from './scram-verifier.js';

/** The two roles of a service: one migrates, one runs. */
export interface ServiceRoles {
  readonly owner: string;
  readonly runtime: string;
}

/** A role and what it proves itself with. */
export interface RoleCredentials {
  readonly user: string;
  readonly password: string;
}

const TRIES = 8;
const PAUSE_MS = 40;
/** What two starts at once do to each other: PostgreSQL has no lock that spans databases, and roles do. */
const CONFLICTS = new Set(['XX000', '23505', '42710', '42P06']);

/** Bytes that PostgreSQL keeps of a name; it cuts a longer one without an error. */
const LONGEST_NAME = 63;
const INSUFFICIENT_PRIVILEGE = '42501';

/**
 * The roles of a service: `<prefix>_<service>_owner` migrates its schema, `<prefix>_<service>` runs with what the
 * migrations grant it. Roles belong to the whole server, so the prefix tells installations apart; it is the name of the
 * database unless an operator chose another.
 *
 * @throws Error when PostgreSQL would cut the name of a role
 */
export function rolesOf(service: string, prefix: string): ServiceRoles {
  const runtime = `${prefix}_${service}`;
  const owner = `${runtime}_owner`;
  const bytes = Buffer.byteLength(owner);
  if (bytes <= LONGEST_NAME) return { owner, runtime };
  throw new Error(
    `database role ${owner} has ${bytes} bytes, expected at most ${LONGEST_NAME}: set a shorter DATABASE_ROLE_PREFIX`,
  );
}

/**
 * Makes a service's place in the database of the URL: its two roles, a schema of its name that the owner owns, and
 * nothing for anybody else: no rights of `public` on the database, on schema public or, where the administrator may
 * take that away, on large objects, which no schema holds and no right on a table guards. The runtime role may connect
 * and use the schema; rights on tables are the migrations' to grant. Both roles find the schema by their search path.
 * Passwords are put in force each time. May be run again, also by several launchers at once.
 *
 * @param adminUrl `postgres://` URL of a superuser, or of a role that may create roles and owns the database
 * @throws Error that names the role or the schema when it is of another installation, or has rights that no service may
 *   have; nothing has changed then
 */
export async function createServiceDatabase(
  adminUrl: string,
  service: string,
  owner: RoleCredentials,
  runtime: RoleCredentials,
): Promise<void> {
  await asAdministrator(adminUrl, async (client) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await inTransaction(client, () => create(client, service, owner, runtime));
      } catch (error) {
        if (attempt === TRIES || !(error instanceof DatabaseError) || !CONFLICTS.has(error.code ?? '')) {
          throw error;
        }
        await delay(PAUSE_MS * attempt);
      }
    }
  });
}

async function inTransaction(client: Client, work: () => Promise<void>): Promise<void> {
  await client.query('begin');
  try {
    await work();
    await client.query('commit');
  } catch (error) {
    // a server that does not answer is not asked again: its transaction ends with the connection
    if (!isConnectionBroken(error)) await client.query('rollback');
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

async function create(
  client: Client,
  service: string,
  ownerCredentials: RoleCredentials,
  runtimeCredentials: RoleCredentials,
): Promise<void> {
  const database = await readDatabase(client);
  for (const credentials of [ownerCredentials, runtimeCredentials]) await putRole(client, database, credentials);
  const [schema, owner, runtime] = [service, ownerCredentials.user, runtimeCredentials.user].map(escapeIdentifier);
  if (!database.isSuperuser) {
    // a role that is no superuser may give a schema only to a role that it is a member of
    await client.query(`grant ${owner} to current_user`);
  }
  await client.query(`create schema if not exists ${schema} authorization ${owner}`);
  await assertSchemaIsOurs(client, database, service, ownerCredentials.user);
  await client.query(`alter schema ${schema} owner to ${owner}`);
  await client.query(`revoke all on schema ${schema} from public`);
  await client.query('revoke all on schema public from public');
  await client.query(revokeLargeObjects);
  const name = escapeIdentifier(database.name);
  await client.query(`revoke all on database ${name} from public`);
  await client.query(`grant connect on database ${name} to ${owner}, ${runtime}`);
  await client.query(`grant usage on schema ${schema} to ${runtime}`);
  for (const role of [owner, runtime]) {
    await client.query(`alter role ${role} in database ${name} set search_path to ${schema}`);
  }
}

/** What the server knows of a role. */
interface KnownRole {
  readonly hasRightsOverServer: boolean;
  /** Marked by us when it was made. */
  readonly isMarked: boolean;
  readonly isInThisDatabase: boolean;
  /** Another database in which it owns something, has rights on something, or has a search path of ours. */
  readonly otherDatabase: string | null;
}

/** Kept as the description of each role that we made: a role that nothing refers to is taken over only with it. */
const MARK = 'Countersign, role of a service';

/**
 * Creates a role or sets its password. PostgreSQL gets only a SCRAM verifier. The role is looked at again after the change:
 * from then on this transaction holds its row, so that of two installations that take one name at once the second is refused.
 */
async function putRole(client: Client, database: ThisDatabase, { user, password }: RoleCredentials): Promise<void> {
  const role = escapeIdentifier(user);
  const verifier = escapeLiteral(scramVerifierOf(password));
  const found = await findRole(client, user);
  if (found === undefined) {
    const rights = 'nosuperuser nocreatedb nocreaterole noreplication nobypassrls';
    await client.query(`create role ${role} login ${rights} password ${verifier}`);
    await client.query(`comment on role ${role} is ${escapeLiteral(MARK)}`);
    return;
  }
  assertIsOurs(found, user, database);
  try {
    await client.query(`alter role ${role} login password ${verifier}`);
  } catch (error) {
    if (!(error instanceof DatabaseError && error.code === INSUFFICIENT_PRIVILEGE)) throw error;
    const right = `grant ${role} to ${escapeIdentifier(database.administrator)} with admin option`;
    throw new Error(
      `database role ${user} was made by another administrator: run this as that one, or let it ${right}`,
    );
  }
  assertIsOurs(await findRole(client, user), user, database);
}

async function findRole(client: Client, name: string): Promise<KnownRole | undefined> {
  const { rows } = await client.query(
    `with role as (
       select oid, rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls as is_mighty
       from pg_roles where rolname = $1
     ), place as (
       select dbid as database from pg_shdepend, role
       where refclassid = 'pg_authid'::regclass and refobjid = role.oid and dbid <> 0
       union select setdatabase from pg_db_role_setting, role where setrole = role.oid and setdatabase <> 0
     )
     select is_mighty as "hasRightsOverServer",
       coalesce(shobj_description(role.oid, 'pg_authid') = $2, false) as "isMarked",
       exists (select from pg_database where datname = current_database() and (oid in (select database from place)
         or exists (select from aclexplode(datacl) where grantee = role.oid))) as "isInThisDatabase",
       (select min(datname) from pg_database
         where oid in (select database from place) and datname <> current_database()) as "otherDatabase"
     from role`,
    [name, MARK],
  );
  return rows[0] as KnownRole | undefined;
}

/** @throws Error that says whose the role is, and what to do */
function assertIsOurs(role: KnownRole | undefined, name: string, database: ThisDatabase): void {
  if (role?.hasRightsOverServer) {
    throw new Error(`database role ${name} exists with rights over the whole server: expected a role without any`);
  }
  if (role?.otherDatabase) {
    throw new Error(
      `database role ${name} belongs to the installation in database ${role.otherDatabase}, and keeps its password: ` +
        `set DATABASE_ROLE_PREFIX to a name that no other installation on this server has`,
    );
  }
  if (role?.isMarked === false && !role.isInThisDatabase) {
    throw new Error(
      `database role ${name} exists, and was not made for this installation: set another DATABASE_ROLE_PREFIX, ` +
        `or let the role in by: grant connect on database ${escapeIdentifier(database.name)} to ${escapeIdentifier(name)}`,
    );
  }
}

/** One made by the administrator for us is handed on; one of another owner is of another installation. */
async function assertSchemaIsOurs(
  client: Client,
  database: ThisDatabase,
  schema: string,
  expected: string,
): Promise<void> {
  const { rows } = await client.query(
    'select pg_get_userbyid(nspowner) as owner from pg_namespace where nspname = $1',
    [schema],
  );
  const owner = (rows[0] as { readonly owner: string } | undefined)?.owner;
  if (owner === expected || owner === database.administrator) return;
  throw new Error(
    `schema ${schema} of database ${database.name} belongs to role ${owner}, expected ${expected}: use a database of ` +
      'its own for each installation, or set DATABASE_ROLE_PREFIX as it was when this one was made',
  );
}

interface ThisDatabase {
  readonly name: string;
  readonly administrator: string;
  readonly isSuperuser: boolean;
}

async function readDatabase(client: Client): Promise<ThisDatabase> {
  const { rows } = await client.query(
    `select current_database() as name, current_user as administrator, rolsuper as "isSuperuser"
     from pg_roles where rolname = current_user`,
  );
  const [database] = rows as readonly ThisDatabase[];
  if (database === undefined) throw new Error('the database does not know the role that is connected');
  return database;
}
