import { freshDatabase, type TestDatabase } from '@countersign/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Client } from 'pg';
import { databaseOf } from './database.js';
import { closeOtherDatabases } from './database-cluster.js';
import { createServiceDatabase, rolesOf, type ServiceRoles } from './database-roles.js';
import { scramVerifierOf } from './scram-verifier.js';

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

/** As an installation does, by default with the name of its database as the prefix: those roles go with the database. */
async function make(url: string, service: string, password = 'x', prefix = databaseOf(url)): Promise<ServiceRoles> {
  const roles = rolesOf(service, prefix);
  await createServiceDatabase(url, service, { user: roles.owner, password }, { user: roles.runtime, password });
  return roles;
}

describe("a service's place in the database", () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await freshDatabase();
  });
  afterEach(() => database.drop());

  it('takes passwords and names as they are, whatever characters they hold', async () => {
    const service = `odd"; drop role postgres; --'`;
    const { owner, runtime } = await make(database.url, service, PASSWORD);
    const [found] = await ask(as(database.url, owner, PASSWORD), 'select current_user as who, current_schema as place');
    expect(found).toEqual({ who: owner, place: service });
    expect(await ask(as(database.url, runtime, PASSWORD), 'select 1 as id')).toEqual([{ id: 1 }]);
  });

  it('puts new passwords in force and forgets the old ones', async () => {
    await make(database.url, 'changing', 'old');
    for (const role of Object.values(await make(database.url, 'changing', 'new'))) {
      await expect(ask(as(database.url, role, 'old'), 'select 1')).rejects.toThrow('password authentication failed');
      await ask(as(database.url, role, 'new'), 'select 1');
    }
  });

  it('never tells the server a password, which its logs would show, whatever it would encrypt one with', async () => {
    const sent = jest.spyOn(Client.prototype, 'query');
    await ask(database.url, `alter database ${databaseOf(database.url)} set password_encryption = 'md5'`);
    await make(database.url, 'silent', 'not to be told');
    const { runtime } = await make(database.url, 'silent', 'not to be told');
    const statements = JSON.stringify(sent.mock.calls.map(([statement, values]) => [statement, values]));
    sent.mockRestore();
    expect(statements).toContain(`alter role \\"${runtime}\\"`);
    expect(statements).not.toContain('not to be told');
    await ask(as(database.url, runtime, 'not to be told'), 'select 1');
  });

  it.each([
    'ascii ~',
    'p\u00e4ssw\u00f6rd',
    'p\u0061\u0308ssword',
    'a\u00a0space',
    'a\u2003space',
    'soft\u00adhyphen',
    '\ufb01re',
    '\u2168',
    'tab\tand bell\u0007',
    '\u{1f600}',
  ])('keeps of a password what PostgreSQL itself would keep: %j', async (password) => {
    const role = `${databaseOf(database.url)}_as_told`;
    await ask(database.url, `set password_encryption = 'scram-sha-256'; create role ${role} password '${password}'`);
    const [row] = await ask(database.url, `select rolpassword from pg_authid where rolname = '${role}'`);
    const [, iterations = '', salt = ''] = /^SCRAM-SHA-256\$(\d+):([^$]+)/.exec(String(row?.['rolpassword'])) ?? [];
    const verifier = scramVerifierOf(password, Buffer.from(salt, 'base64'), Number(iterations));
    expect(row).toEqual({ rolpassword: verifier });
  });

  it('gives neither role any right over the server', async () => {
    const { runtime } = await make(database.url, 'meek');
    const rights = 'rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls';
    expect(
      await ask(database.url, `select from pg_roles where starts_with(rolname, '${runtime}') and (${rights})`),
    ).toEqual([]);
  });

  it('closes the database to every other role', async () => {
    await make(database.url, 'closed');
    const stranger = `${databaseOf(database.url)}_stranger`;
    await ask(database.url, `create role ${stranger} login password 'x'`);
    await expect(ask(as(database.url, stranger, 'x'), 'select 1')).rejects.toThrow('permission denied for database');
  });

  it.each([`lo_from_bytea(0, 'kept beside every table')`, 'lo_creat(-1)', `lo_get(1)`, 'lo_open(1, 131072)'])(
    'leaves its roles no place beside the tables: %s',
    async (call) => {
      for (const role of Object.values(await make(database.url, 'tidy'))) {
        await expect(ask(as(database.url, role, 'x'), `select ${call}`)).rejects.toMatchObject({ code: '42501' });
      }
    },
  );

  describe('made by an administrator who may create roles and owns the database, but is no superuser', () => {
    const administrators = () => ['one', 'other'].map((name) => `${databaseOf(database.url)}_${name}_administrator`);
    beforeEach(async () => {
      for (const name of administrators()) await ask(database.url, `create role ${name} login createrole password 'x'`);
    });
    // what its grants left stands in the way of dropping it
    afterEach(async () => {
      await ask(database.url, `reassign owned by ${administrators()[0]} to postgres`);
      for (const role of await ask(database.url, `select rolname from pg_roles where rolname ~ '_managed'`)) {
        await ask(database.url, `drop owned by ${role['rolname']} cascade`);
        await ask(database.url, `drop role ${role['rolname']}`);
      }
    });

    it('is as one that a superuser made, also a second time', async () => {
      const [one = ''] = administrators();
      await ask(database.url, `alter database ${databaseOf(database.url)} owner to ${one}`);
      const url = as(database.url, one, 'x');
      await make(url, 'managed', 'x');
      const { owner } = await make(url, 'managed', 'y');
      await ask(as(database.url, owner, 'y'), 'create table thing (id int)');
    });

    it('says what to do where the roles are of another administrator', async () => {
      const [one = '', other = ''] = administrators();
      await ask(database.url, `alter database ${databaseOf(database.url)} owner to ${one}`);
      const { owner } = await make(as(database.url, one, 'x'), 'managed');
      await ask(database.url, `grant connect on database ${databaseOf(database.url)} to ${other}`);
      const [server] = await ask(database.url, `select current_setting('server_version_num')::int as version`);
      // before PostgreSQL 16 who may create roles may change those of others too, and is stopped by the database
      const refusal =
        Number(server?.['version']) < 160_000
          ? `permission denied for database ${databaseOf(database.url)}`
          : `database role ${owner} was made by another administrator: run this as that one, or let it grant "${owner}" to`;
      await expect(make(as(database.url, other, 'x'), 'managed', 'y')).rejects.toThrow(refusal);
      await ask(as(database.url, owner, 'x'), 'select 1');
    });
  });
});

describe('two installations on one server', () => {
  let [one, other]: TestDatabase[] = [];
  beforeEach(async () => {
    [one, other] = await Promise.all([freshDatabase(), freshDatabase()]);
  });
  // roles are named for the first, and may be used in the other
  afterEach(async () => {
    await other?.drop();
    await one?.drop();
  });
  const places = () => [one?.url ?? '', other?.url ?? ''] as const;

  it('have roles of their own, and each its password', async () => {
    const [first, second] = places();
    const { runtime } = await make(first, 'directory', 'of one');
    await make(second, 'directory', 'of the other');
    await ask(as(first, runtime, 'of one'), 'select 1');
  });

  it('cannot have one name for their roles: the second is told what to do, and changes nothing', async () => {
    const [first, second] = places();
    const { runtime } = await make(first, 'directory', 'of one');
    await expect(make(second, 'directory', 'of the other', databaseOf(first))).rejects.toThrow(
      `belongs to the installation in database ${databaseOf(first)}, and keeps its password: set DATABASE_ROLE_PREFIX`,
    );
    await ask(as(first, runtime, 'of one'), 'select 1');
    expect(await ask(second, `select from pg_namespace where nspname = 'directory'`)).toEqual([]);
  });

  it('that take one name at the same moment are told apart too', async () => {
    const prefix = databaseOf(places()[0]);
    const made = await Promise.allSettled(places().map((url, index) => make(url, 'directory', `of ${index}`, prefix)));
    const winner = made.findIndex(({ status }) => status === 'fulfilled');
    expect(made.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const url = places()[winner] ?? '';
    await ask(as(url, rolesOf('directory', prefix).runtime, `of ${winner}`), 'select 1');
  });

  it('that take the roles of a dropped one at the same moment are told apart too', async () => {
    const dropped = await freshDatabase();
    const prefix = databaseOf(dropped.url);
    await make(dropped.url, 'directory');
    await ask(places()[0], `drop database ${prefix}`);
    const made = await Promise.allSettled(places().map((url, index) => make(url, 'directory', `of ${index}`, prefix)));
    expect(made.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const winner = made.findIndex(({ status }) => status === 'fulfilled');
    await ask(as(places()[winner] ?? '', rolesOf('directory', prefix).runtime, `of ${winner}`), 'select 1');
    await one?.drop();
    await other?.drop();
    await dropped.drop();
  });

  it('may follow each other: roles that a dropped database left are taken over', async () => {
    const [first, second] = places();
    await make(first, 'directory', 'of one');
    await ask(second, `drop database ${databaseOf(first)}`);
    const { runtime } = await make(second, 'directory', 'of the other', databaseOf(first));
    await ask(as(second, runtime, 'of the other'), 'select 1');
  });

  it('cannot share a database', async () => {
    const [first] = places();
    const { owner } = await make(first, 'directory');
    await expect(make(first, 'directory', 'x', `${databaseOf(first)}_too`)).rejects.toThrow(
      `schema directory of database ${databaseOf(first)} belongs to role ${owner}, expected ${databaseOf(first)}_too_directory_owner`,
    );
  });

  it('keep their roles when a database is renamed', async () => {
    const [first, second] = places();
    const prefix = databaseOf(first);
    await make(first, 'directory');
    await ask(second, `alter database ${prefix} rename to ${prefix}_renamed`);
    const renamed = first.replace(prefix, `${prefix}_renamed`);
    const { runtime } = await make(renamed, 'directory', 'y', prefix);
    await ask(as(renamed, runtime, 'y'), 'select 1');
    await expect(make(second, 'directory', 'z', prefix)).rejects.toThrow(`in database ${prefix}_renamed, and keeps`);
    await ask(second, `alter database ${prefix}_renamed rename to ${prefix}`);
  });
});

describe('a role that is there already', () => {
  let database: TestDatabase;
  let name: string;
  beforeEach(async () => {
    database = await freshDatabase();
    name = rolesOf('directory', databaseOf(database.url)).owner;
  });
  afterEach(() => database.drop());

  it('is refused with rights over the server', async () => {
    await ask(database.url, `create role ${name} createdb`);
    await expect(make(database.url, 'directory')).rejects.toThrow(
      `database role ${name} exists with rights over the whole server`,
    );
    expect(
      await ask(database.url, `select from pg_roles where rolname = '${databaseOf(database.url)}_directory'`),
    ).toEqual([]);
  });

  it('is taken when it was let into the database, and else left alone', async () => {
    await ask(database.url, `create role ${name} login password 'mine'`);
    await expect(make(database.url, 'directory')).rejects.toThrow(
      `database role ${name} exists, and was not made for this installation`,
    );
    await ask(database.url, `grant connect on database ${databaseOf(database.url)} to ${name}`);
    await make(database.url, 'directory', 'ours');
    await ask(as(database.url, name, 'ours'), 'select 1');
  });

  it.each([42, 43])('must have a name that PostgreSQL does not cut: a prefix of %d bytes', (length) => {
    const roles = () => rolesOf('authentication', 'p'.repeat(length));
    if (length === 42) expect(Buffer.byteLength(roles().owner)).toBe(63);
    else expect(roles).toThrow('has 64 bytes, expected at most 63: set a shorter DATABASE_ROLE_PREFIX');
  });
});

describe('a cluster that is ours alone', () => {
  it('lets the role of a service into its own database and no other', async () => {
    const database = await freshDatabase();
    const { runtime } = await make(database.url, 'confined');
    const other = (name: string) => {
      const url = new URL(as(database.url, runtime, 'x'));
      url.pathname = `/${name}`;
      return url.href;
    };
    for (const name of ['postgres', 'template1']) {
      await ask(database.url, `grant connect on database ${name} to public`);
      await ask(other(name), 'select 1');
    }
    await closeOtherDatabases(database.url);
    await closeOtherDatabases(database.url);
    for (const name of ['postgres', 'template1']) {
      await expect(ask(other(name), 'select 1')).rejects.toThrow('permission denied for database');
    }
    await ask(as(database.url, runtime, 'x'), 'select 1');
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
