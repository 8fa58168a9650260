import type { SealedColumn } from './sealed-column.js';

/** Statements on one sealed column. Names are those of its declaration, never of a request. */
export interface SealedColumnSql {
  /** Ids of keys that guard values: from key to key through the index, however many values each guards. */
  readonly keyIds: string;
  readonly countByKey: string;
  /** Of key `$1`. */
  readonly countUnder: string;
  /** Any `$2` rows under key `$1`, which stay free for others: through the index, however many there are. */
  readonly sample: string;
  /** The first `$2` rows under key `$1`. */
  readonly findFirst: string;
  /** The next ones, after the row whose key is in `$3` and following. */
  readonly findNext: string;
  /** Values as they were, the same under the new seal, the ids of its key, and the keys of the rows, column by column. */
  readonly replace: string;
}

export function sqlOf({ table, column, key }: SealedColumn): SealedColumnSql {
  const [tableSql, valueSql] = [table, column].map(quoted);
  const types = Object.values(key);
  const keySql = Object.keys(key).map(quoted);
  const rowSql = `(${keySql.join(', ')})`;
  const look = (condition: string) => `
    select array[${keySql.map((name) => `${name}::text`).join(', ')}] as key, ${valueSql} as sealed from ${tableSql}
    where sealing_key_id = $1 ${condition} limit $2`;
  const find = (condition: string) =>
    `${look(`${condition} order by ${keySql.join(', ')}`)} for no key update skip locked`;
  const after = `(${types.map((type, index) => `$${index + 3}::${type}`).join(', ')})`;
  return {
    keyIds: `
      with recursive found (id) as (
        (select sealing_key_id from ${tableSql} where sealing_key_id is not null order by 1 limit 1)
        union all
        select (select sealing_key_id from ${tableSql} where sealing_key_id > found.id order by 1 limit 1)
        from found where found.id is not null
      )
      select id as "keyId" from found where id is not null`,
    countByKey: `
      select sealing_key_id as "keyId", count(*)::integer as count from ${tableSql}
      where sealing_key_id is not null group by 1 order by 1`,
    countUnder: `select count(*)::integer as count from ${tableSql} where sealing_key_id = $1`,
    sample: look(''),
    findFirst: find(''),
    findNext: find(`and ${rowSql} > ${after}`),
    replace: `
      update ${tableSql} as kept set ${valueSql} = again.after_value, sealing_key_id = again.key_id
      from unnest($1::bytea[], $2::bytea[], $3::text[], ${types.map((type, index) => `$${index + 4}::${type}[]`).join(', ')})
        as again (before_value, after_value, key_id, ${keySql.join(', ')})
      where ${keySql.map((name) => `kept.${name} = again.${name}`).join(' and ')} and kept.${valueSql} = again.before_value
      returning 1`,
  };
}

function quoted(name: string): string {
  return `"${name}"`;
}
