import type { Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { AliasEntity } from './alias.entity.js';
import type { Alias, ChangedAliases } from './aliases.policy.js';

// Of thousands of names one descent each, see `userNamed`.
const findTaken = `
  select wanted.name_key as "nameKey" from unnest($2::text[]) as wanted (name_key)
  cross join lateral (
    select from user_alias where realm_id = $1 and alias_key = wanted.name_key limit 1
  ) taken
  union
  select wanted.name_key from unnest($3::text[]) as wanted (name_key)
  cross join lateral (
    select from directory.user where realm_id = $1 and user_key = wanted.name_key limit 1
  ) taken`;

const write = 'update directory.user set aliases = $2, alias_keys = $3, updated_at = now() where id = $1';

const insert = `
  insert into user_alias (realm_id, alias_key, user_uuid)
  select $1, alias_key, user_uuid from unnest($2::text[], $3::uuid[]) as wanted (alias_key, user_uuid)`;

const writeMany = `
  update directory.user u set aliases = given.aliases, alias_keys = given.alias_keys
  from (
    select user_uuid, array_agg(alias order by place) as aliases, array_agg(alias_key order by place) as alias_keys
    from unnest($1::text[], $2::text[], $3::uuid[]) with ordinality as wanted (alias_key, alias, user_uuid, place)
    group by user_uuid
  ) as given where u.id = given.user_uuid`;

/**
 * Aliases: the keys are rows, under the unique key of the realm; how they are written stands on the user's row. Rows of one
 * user are written by the repository. SQL by hand are the statements of an import, which take those of many users at once,
 * and `write`: one statement for the columns of a table whose entity is another feature's.
 */
@Injectable()
export class AliasStore {
  /** Those of `anyKeys` that are aliases, and those of `userKeys` that are user ids. */
  async findTaken(
    tx: Transaction,
    realmId: string,
    anyKeys: readonly string[],
    userKeys: readonly string[],
  ): Promise<ReadonlySet<string>> {
    const rows = await tx.query<{ nameKey: string }>(findTaken, [realmId, anyKeys, userKeys]);
    return new Set(rows.map(({ nameKey }) => nameKey));
  }

  /** Makes `after` the aliases of a user whose row this transaction holds. */
  async replace(
    tx: Transaction,
    user: { readonly id: string; readonly realmId: string },
    { before, after }: ChangedAliases,
  ): Promise<void> {
    const had = new Set(before.map(({ key }) => key));
    const has = new Set(after.map(({ key }) => key));
    const [id, realmId] = [user.id, user.realmId];
    const aliases = tx.repository(AliasEntity);
    const gone = [...had].filter((key) => !has.has(key));
    if (gone.length > 0) await aliases.delete({ realmId, aliasKey: In(gone) });
    const added = [...has].filter((key) => !had.has(key));
    if (added.length > 0) await aliases.insert(added.map((aliasKey) => ({ realmId, aliasKey, userUuid: id })));
    const names = after.map(({ name }) => name);
    await tx.query(write, [id, after.length === 0 ? null : names, after.length === 0 ? null : [...has]]);
  }

  /** Gives aliases to users that were inserted in this transaction. */
  async insert(
    tx: Transaction,
    realmId: string,
    given: readonly { readonly userUuid: string; readonly alias: Alias }[],
  ): Promise<void> {
    if (given.length === 0) return;
    const keys = given.map(({ alias }) => alias.key);
    const ids = given.map(({ userUuid }) => userUuid);
    await tx.query(insert, [realmId, keys, ids]);
    await tx.query(writeMany, [keys, given.map(({ alias }) => alias.name), ids]);
  }
}
