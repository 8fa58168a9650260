import type { DataSource } from 'typeorm';

interface LiveColumn {
  readonly name: string;
  readonly type: string;
  readonly isNullable: boolean;
}

const columnsOf = `
  select attname as name, format_type(atttypid, null) as type, not attnotnull as "isNullable"
  from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped`;

/**
 * Holds entities against the schema that the migrations made: every column that an entity names is in its table, with
 * that type, and may be null where the entity says so. Keys, indexes, defaults, and what no entity names, are the
 * migrations' alone.
 * @returns one sentence a difference, empty when there is none
 */
export async function entityDrift(dataSource: DataSource): Promise<string[]> {
  const drift: string[] = [];
  for (const entity of dataSource.entityMetadatas) {
    const live = await dataSource.query<LiveColumn[]>(columnsOf, [dataSource.driver.escape(entity.tableName)]);
    for (const column of entity.columns) {
      const name = `${entity.tableName}.${column.databaseName}`;
      const found = live.find((candidate) => candidate.name === column.databaseName);
      const type = `${dataSource.driver.normalizeType(column)}${column.isArray ? '[]' : ''}`;
      if (found === undefined) drift.push(`${name} is missing`);
      else if (found.type !== type) drift.push(`${name}: expected ${type}, found ${found.type}`);
      else if (found.isNullable !== column.isNullable) drift.push(`${name}: nullable is ${found.isNullable}`);
    }
  }
  return drift;
}
