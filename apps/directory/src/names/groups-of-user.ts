/**
 * SQL for the groups of the user whose row is `u`, as one JSON array; null when there are none. Each group is looked up by
 * its id alone, and the realm compared afterwards: given both, a plan from when the table was empty may read all groups of
 * the realm for each user.
 * @param elements the SQL of what is shown of a group, whose row is `g`, with an order if it matters
 */
export function groupsOfUser(elements: 'g.group_key' | 'g.name order by g.group_key'): string {
  return `(
    select jsonb_agg(${elements})
    from membership m
    cross join lateral (
      select name, group_key, realm_id from directory.group where id = m.group_uuid and deleted_at is null limit 1
    ) g
    where m.user_uuid = u.id and m.realm_id = u.realm_id and g.realm_id = u.realm_id)`;
}
