/**
 * SQL for the user whom a name means, by the user id or by an alias, in a `lateral`: one descent of a unique index for a
 * user id; aliases are looked at only where no user id is found. `limit 1` keeps each lookup such a descent: as plain joins
 * the planner reads all users of the realm for every item as long as a table has no statistics, and the whole table once
 * it has.
 *
 * @param realmId SQL for the id of the realm
 * @param nameKey SQL for the name as compared
 * @param columns of `directory.user`
 */
export function userNamed(realmId: string, nameKey: string, columns: string): string {
  return `(
    (select ${columns} from directory.user where realm_id = ${realmId} and user_key = ${nameKey} limit 1)
    union all
    (select ${columns} from directory.user where id = (
      select user_uuid from user_alias where realm_id = ${realmId} and alias_key = ${nameKey} limit 1
    ) limit 1)
    limit 1
  )`;
}

/** SQL for whether the row `u` still has the name by which it was found, once its lock has been waited for. */
export function isStillNamed(nameKey: string): string {
  return `(u.user_key = ${nameKey} or ${nameKey} = any (u.alias_keys))`;
}
