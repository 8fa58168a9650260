import { freshDatabase, type TestDatabase } from '@countersign/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { closeOtherDatabases } from './database-cluster.js';
import { createServiceDatabase, rolesOf } from './database-roles.js';

const PASSWORD = `it's "odd" \\ $1`;

async function ask(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client
    .query(text)
    .then(({ rows }) => rows)
    .finally(() => client.end());
}

function as(url: string, user: string, password: string): string {
  const changed = new URL(url);
  changed.username = encodeURIComponent(user);
  changed.password = encodeURIComponent(password);
  return changed.href;
}

describe("a service's place in the database", () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await freshDatabase();
  });
  afterEach(() => database.drop());

  async function dropRoles(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      await ask(database.url, `drop owned by ${name} cascade`);
      await ask(database.url, `drop role ${name}`);
    }
  }

  it('takes passwords and names as they are, whatever characters they hold', async () => {
    const service = `odd"; drop role postgres; --'`;
    await createServiceDatabase(database.url, service, PASSWORD, `${PASSWORD} too`);
    const { owner, runtime } = rolesOf(service);
    const [found] = await ask(as(database.url, owner, PASSWORD), 'select current_user as who, current_schema as place');
    expect(found).toEqual({ who: owner, place: service });
    expect(await ask(as(database.url, runtime, `${PASSWORD} too`), 'select 1 as id')).toEqual([{ id: 1 }]);
    await dropRoles(...[owner, runtime].map((name) => `"${name.replaceAll('"', '""')}"`));
  });

  it('puts new passwords in force and forgets the old ones', async () => {
    await createServiceDatabase(database.url, 'changing', 'old', 'old');
    await createServiceDatabase(database.url, 'changing', 'new', 'new');
    for (const role of ['changing_owner', 'changing']) {
      await expect(ask(as(database.url, role, 'old'), 'select 1')).rejects.toThrow('password authentication failed');
      await ask(as(database.url, role, 'new'), 'select 1');
    }
    await dropRoles('changing', 'changing_owner');
  });

  it('gives neither role any right over the server', async () => {
    await createServiceDatabase(database.url, 'meek', 'x', 'x');
    const rights = 'rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls';
    expect(await ask(database.url, `select rolname from pg_roles where rolname like 'meek%' and (${rights})`)).toEqual(
      [],
    );
    await dropRoles('meek', 'meek_owner');
  });

  it('is refused when a role of that name has such a right', async () => {
    await ask(database.url, 'create role mighty createdb');
    await expect(createServiceDatabase(database.url, 'mighty', 'x', 'x')).rejects.toThrow(
      'database role mighty exists with rights over the whole server',
    );
    expect(await ask(database.url, `select 1 from pg_roles where rolname = 'mighty_owner'`)).toEqual([]);
    await ask(database.url, 'drop role mighty');
  });

  it('closes the database to every other role', async () => {
    await createServiceDatabase(database.url, 'closed', 'x', 'x');
    await ask(database.url, `create role stranger login password 'x'`);
    await expect(ask(as(database.url, 'stranger', 'x'), 'select 1')).rejects.toThrow('permission denied for database');
    await ask(database.url, 'drop role stranger');
    await dropRoles('closed', 'closed_owner');
  });

  it.each([`lo_from_bytea(0, 'kept beside every table')`, 'lo_creat(-1)', `lo_get(1)`, 'lo_open(1, 131072)'])(
    'leaves its roles no place beside the tables: %s',
    async (call) => {
      await createServiceDatabase(database.url, 'tidy', 'x', 'x');
      for (const role of ['tidy_owner', 'tidy']) {
        await expect(ask(as(database.url, role, 'x'), `select ${call}`)).rejects.toMatchObject({ code: '42501' });
      }
      await dropRoles('tidy', 'tidy_owner');
    },
  );

  it('can be made by an administrator who may create roles and owns the database, but is no superuser', async () => {
    await ask(database.url, `create role administrator login createrole password 'x'`);
    await ask(database.url, `alter database ${new URL(database.url).pathname.slice(1)} owner to administrator`);
    const url = as(database.url, 'administrator', 'x');
    await createServiceDatabase(url, 'managed', 'x', 'x');
    await createServiceDatabase(url, 'managed', 'y', 'y');
    await ask(as(database.url, 'managed_owner', 'y'), 'create table thing (id int)');
    await ask(database.url, 'reassign owned by administrator to postgres');
    await dropRoles('managed', 'managed_owner', 'administrator');
  });
});

describe('a cluster that is ours alone', () => {
  it('lets the role of a service into its own database and no other', async () => {
    const database = await freshDatabase();
    const other = (name: string) => {
      const url = new URL(as(database.url, 'confined', 'x'));
      url.pathname = `/${name}`;
      return url.href;
    };
    await createServiceDatabase(database.url, 'confined', 'x', 'x');
    for (const name of ['postgres', 'template1']) {
      await ask(database.url, `grant connect on database ${name} to public`);
      await ask(other(name), 'select 1');
    }
    await closeOtherDatabases(database.url);
    await closeOtherDatabases(database.url);
    for (const name of ['postgres', 'template1']) {
      await expect(ask(other(name), 'select 1')).rejects.toThrow('permission denied for database');
    }
    await ask(as(database.url, 'confined', 'x'), 'select 1');
    await ask(database.url, 'drop owned by confined, confined_owner cascade');
    await ask(database.url, 'drop role confined, confined_owner');
    await database.drop();
  });

  it('is left as it is where we may not', async () => {
    const database = await freshDatabase();
    await ask(database.url, `create role guest login createrole password 'x'`);
    await ask(database.url, 'grant connect on database postgres to public');
    await closeOtherDatabases(as(database.url, 'guest', 'x'));
    const url = new URL(as(database.url, 'guest', 'x'));
    url.pathname = '/postgres';
    await ask(url.href, 'select 1');
    await ask(database.url, 'drop role guest');
    await database.drop();
  });
});
