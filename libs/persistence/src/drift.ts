import type { DataSource, EntityMetadata } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { Database } from './database.js';
import { type LiveKey, type LiveSchema, readLiveSchema } from './live-schema.js';
import { migrationTable } from './migrate.js';

/**
 * Compares the entities with the schema that the migrations made: tables, columns (type, nullability, whether there is
 * a default), primary and unique keys, foreign keys, indexes, names of all of them. Expressions (checks, what a default
 * says, predicates of indexes) are not compared: they exist in the migrations only.
 * @returns one sentence a difference, empty when there is none
 */
export async function findDrift(dataSource: DataSource): Promise<string[]> {
  const schema = (dataSource.options as { schema?: string }).schema ?? 'public';
  const live = await readLiveSchema(new Database(dataSource, 1), schema);
  const entities = dataSource.entityMetadatas;
  const known = new Set([...entities.map((entity) => entity.tableName), migrationTable]);
  return [
    ...live.tables.filter((table) => !known.has(table)).map((table) => `table ${table} has no entity`),
    ...entities.flatMap((entity) =>
      live.tables.includes(entity.tableName)
        ? [...columnDrift(dataSource, entity, live), ...keyDrift(entity, live)]
        : [`table ${entity.tableName} is missing`],
    ),
  ].sort();
}

function columnDrift(dataSource: DataSource, entity: EntityMetadata, live: LiveSchema): string[] {
  const found = live.columns.filter((column) => column.table === entity.tableName);
  const surplus = found
    .filter((column) => !entity.columns.some((expected) => expected.databaseName === column.column))
    .map((column) => `column ${entity.tableName}.${column.column} has no property`);
  const differing = entity.columns.flatMap((expected) => {
    const name = `column ${entity.tableName}.${expected.databaseName}`;
    const column = found.find((candidate) => candidate.column === expected.databaseName);
    if (column === undefined) return [`${name} is missing`];
    return [
      ...difference(name, 'type', typeOf(dataSource, expected), column.type),
      ...difference(name, 'nullable', expected.isNullable, column.isNullable),
      ...difference(name, 'default', hasDefault(expected), column.hasDefault),
    ];
  });
  return [...surplus, ...differing];
}

function difference(name: string, what: string, expected: unknown, found: unknown): string[] {
  return expected === found ? [] : [`${name}: ${what} expected ${String(expected)}, found ${String(found)}`];
}

function hasDefault(column: ColumnMetadata): boolean {
  return column.default !== undefined || column.isGenerated || column.asExpression !== undefined;
}

/** As `format_type` writes it. */
function typeOf(dataSource: DataSource, column: ColumnMetadata): string {
  const base = dataSource.driver.normalizeType(column);
  const size = column.length ? `(${column.length})` : '';
  const precision = sizeOfNumeric(column);
  const timed = /^(timestamp|time)( with(?:out)? time zone)$/.exec(base);
  const sized =
    timed === null
      ? `${base}${size}${precision}`
      : `${timed[1]}${column.precision == null ? '' : `(${column.precision})`}${timed[2]}`;
  return column.isArray ? `${sized}[]` : sized;
}

function sizeOfNumeric(column: ColumnMetadata): string {
  if (column.type !== 'numeric' || column.precision == null) return '';
  return `(${column.precision},${column.scale ?? 0})`;
}

function keyDrift(entity: EntityMetadata, live: LiveSchema): string[] {
  const expected = keysOf(entity);
  const found = live.keys.filter((key) => key.table === entity.tableName);
  return [
    ...expected
      .filter((key) => !found.some((other) => isSameKey(key, other)))
      .map((key) => `${sentence(key)} is missing`),
    ...found
      .filter((key) => !expected.some((other) => isSameKey(key, other)))
      .map((key) => `${sentence(key)} has no declaration`),
  ];
}

function keysOf(entity: EntityMetadata): LiveKey[] {
  const table = entity.tableName;
  const primary = entity.primaryColumns.map((column) => column.databaseName);
  const uniques = entity.uniques.map((unique) => ({
    table,
    name: unique.name,
    kind: 'u' as const,
    columns: unique.columns.map((column) => column.databaseName),
  }));
  const foreigns = entity.foreignKeys.map((key) => ({
    table,
    name: key.name,
    kind: 'f' as const,
    columns: key.columnNames,
  }));
  const indexes = entity.indices.map((index) => ({
    table,
    name: index.name,
    kind: 'i' as const,
    columns: index.columns.map((column) => column.databaseName),
  }));
  return [{ table, name: `${table}_pkey`, kind: 'p', columns: primary }, ...uniques, ...foreigns, ...indexes];
}

/** TypeORM cannot declare an index over expressions but by its name: there the name has to do. */
function isSameKey(a: LiveKey, b: LiveKey): boolean {
  if (a.kind !== b.kind || a.name !== b.name) return false;
  if (a.kind === 'i' && (a.columns.length === 0 || b.columns.length === 0)) return true;
  return a.columns.join() === b.columns.join();
}

const kinds = { p: 'primary key', u: 'unique key', f: 'foreign key', i: 'index' } as const;

function sentence(key: LiveKey): string {
  return `${kinds[key.kind]} ${key.name} of ${key.table} (${key.columns.join(', ')})`;
}
