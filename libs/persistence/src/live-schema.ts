import type { Queryable } from './statement.js';

/** A column as PostgreSQL has it: `type` as `format_type` writes it (`character varying(40)`, `text[]`). */
export interface LiveColumn {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly isNullable: boolean;
  readonly hasDefault: boolean;
}

/** A primary, unique or foreign key, or an index (`kind` p, u, f, i): the columns in their order. */
export interface LiveKey {
  readonly table: string;
  readonly name: string;
  readonly kind: 'p' | 'u' | 'f' | 'i';
  readonly columns: readonly string[];
}

export interface LiveSchema {
  readonly tables: readonly string[];
  readonly columns: readonly LiveColumn[];
  readonly keys: readonly LiveKey[];
}

const tablesOf = `
  select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = $1 and c.relkind in ('r', 'p') and not c.relispartition`;

const columnsOf = `
  select c.relname as "table", a.attname as "column", format_type(a.atttypid, a.atttypmod) as type,
    not a.attnotnull as "isNullable", (a.atthasdef or a.attidentity <> '') as "hasDefault"
  from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = $1 and c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0 and not a.attisdropped`;

const columnNames = (numbers: string, relation: string) => `
  array(select a.attname::text from unnest(${numbers}) with ordinality part(number, place)
    join pg_attribute a on a.attrelid = ${relation} and a.attnum = part.number order by part.place)`;

const constraintsOf = `
  select c.relname as "table", k.conname as name, k.contype as kind, ${columnNames('k.conkey', 'k.conrelid')} as columns
  from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = $1 and k.contype in ('p', 'u', 'f') and not c.relispartition`;

// indexes that stand behind a constraint are the constraint; of an index over expressions no column is named
const indexesOf = `
  select c.relname as "table", x.relname as name, 'i' as kind,
    ${columnNames('i.indkey::int2[]', 'i.indrelid')} as columns
  from pg_index i join pg_class x on x.oid = i.indexrelid join pg_class c on c.oid = i.indrelid
    join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = $1 and not c.relispartition and not exists (select 1 from pg_constraint k where k.conindid = x.oid)`;

/** Reads what a schema holds, from the catalogue. */
export async function readLiveSchema(database: Queryable, schema: string): Promise<LiveSchema> {
  const tables = await database.query<{ name: string }>(tablesOf, [schema]);
  const columns = await database.query<LiveColumn>(columnsOf, [schema]);
  const constraints = await database.query<LiveKey>(constraintsOf, [schema]);
  const indexes = await database.query<LiveKey>(indexesOf, [schema]);
  return { tables: tables.map((table) => table.name), columns, keys: [...constraints, ...indexes] };
}
