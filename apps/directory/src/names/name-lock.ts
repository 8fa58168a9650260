import type { Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';

/** Names of which kind: each kind is a name space of its own in a realm. */
type Kind = 'group' | 'user';

const slotSql = 'hashtext(name_key) & 63';
// the realm is in the first key: who holds many names in one realm holds none in another
const spaceSql = `hashtext($4 || ' ' || $1::text)`;

// In the order of the slots, each in the stronger of the modes asked for: two who hold several cannot wait for each other.
const hold = {
  name: 'name.hold',
  text: `
    select case when is_owned then pg_advisory_xact_lock(${spaceSql}, slot)
      else pg_advisory_xact_lock_shared(${spaceSql}, slot) end
    from (
      select slot, bool_or(is_owned) as is_owned from (
        select ${slotSql} as slot, false as is_owned from unnest($2::text[]) as shared (name_key)
        union all
        select ${slotSql}, true from unnest($3::text[]) as owned (name_key)
      ) as wanted group by slot order by slot
    ) as slots`,
};

/**
 * Orders requests that use one name. Many may share a name; its owner excludes all others.
 *
 * Groups: adding or removing members shares the name, deleting or renaming the group owns it. So events tell in turn what
 * came to be, and no membership begins in a group that is gone. Users: taking a name as a user id shares it (the unique key
 * decides between two of these), taking it as an alias owns it. So no name is given twice, though user ids and aliases lie
 * in two tables.
 *
 * These are no locks of rows: a row that is shared again and again is never had alone (measured: 22 connections that add
 * members keep a deletion waiting for half a minute), while here requests are served in the order of their arrival. A lock
 * for each of a thousand names would not fit into the server's lock table; names of one realm that meet in one of the few
 * slots wait for each other, and that is all.
 */
@Injectable()
export class NameLock {
  /** Holds names, as compared, until the transaction ends. What they are called by is read by a later statement. */
  async hold(
    tx: Transaction,
    kind: Kind,
    realmId: string,
    { shared = [], owned = [] }: { readonly shared?: readonly string[]; readonly owned?: readonly string[] },
  ): Promise<void> {
    if (shared.length + owned.length === 0) return;
    await tx.query(hold, [realmId, shared, owned, `countersign directory ${kind} name`]);
  }
}
