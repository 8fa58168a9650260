import { assertPlainName, type ClassReference } from './data-source.js';
import { migrationTable } from './migrate.js';
import type { Queryable } from './transaction.js';

export interface MigrationLevel {
  /** Known here and not applied there. */
  readonly pending: readonly string[];
  /** Applied there and not known here: the database is ahead of this program, which it tolerates. */
  readonly unknown: readonly string[];
}

/** Names of the applied migrations, oldest first; none when nothing was ever migrated. */
export async function appliedMigrations(database: Queryable, schema: string): Promise<string[]> {
  assertPlainName(schema);
  const [found] = await database.query<{ is_there: boolean }>('select to_regclass($1) is not null as is_there', [
    `${schema}.${migrationTable}`,
  ]);
  if (found?.is_there !== true) return [];
  const rows = await database.query<{ name: string }>(
    `select name from ${schema}.${migrationTable} order by "timestamp"`,
  );
  return rows.map((row) => row.name);
}

/** How far the database is, measured against the migrations that this program knows. */
export async function migrationLevel(
  database: Queryable,
  schema: string,
  migrations: readonly ClassReference[],
): Promise<MigrationLevel> {
  const applied = await appliedMigrations(database, schema);
  const known = migrations.map(nameOf);
  return {
    pending: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  };
}

/**
 * For a service that may not migrate: refuses to go on behind its own migrations.
 * @throws Error that names what is missing and the mend
 */
export async function assertMigrated(
  database: Queryable,
  schema: string,
  migrations: readonly ClassReference[],
): Promise<void> {
  const { pending } = await migrationLevel(database, schema, migrations);
  if (pending.length === 0) return;
  throw new Error(
    `schema ${schema} lacks ${pending.length} migrations (${pending.join(', ')}); ` +
      'run its program with the argument migrate, or start one replica with DATABASE_OWNER_URL set',
  );
}

function nameOf(migration: ClassReference): string {
  const { name } = new (migration as unknown as new () => { readonly name?: string })();
  if (name === undefined) throw new Error(`migration ${migration.name} has no name`);
  return name;
}
