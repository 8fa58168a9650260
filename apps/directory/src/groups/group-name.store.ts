import type { Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';

const purposeSql = `hashtext('countersign directory group name')`;
const slotSql = `hashtext($1::text || ' ' || group_key) & 63`;

const share = {
  name: 'group-name.share',
  text: `
    select pg_advisory_xact_lock_shared(${purposeSql}, slot) from (
      select distinct ${slotSql} as slot from unnest($2::text[]) as wanted (group_key) order by 1
    ) as slots`,
};

const own = `
  select pg_advisory_xact_lock(${purposeSql}, ${slotSql}) from (select $2::text as group_key) as wanted`;

/**
 * Who may speak of groups by their names: whoever adds or removes members shares a name, whoever deletes or renames the
 * group has it alone. So events tell in turn what came to be, and no membership begins in a group that is gone.
 *
 * These are no locks of rows: a row that is shared again and again is never had alone (measured: 22 connections that add
 * members keep a deletion waiting for half a minute), while here whoever waits goes before whoever comes later. A lock
 * for each of a thousand names would not fit into the server's lock table; names that meet in one of the few slots wait
 * for each other's deletion, and that is all.
 */
@Injectable()
export class GroupNameStore {
  /** Until the transaction ends none of these groups is renamed or deleted. */
  async share(tx: Transaction, realmId: string, groupKeys: readonly string[]): Promise<void> {
    await tx.query(share, [realmId, groupKeys]);
  }

  /** Until the transaction ends nobody else renames or deletes this group, or adds or removes members of it. */
  async own(tx: Transaction, realmId: string, groupKey: string): Promise<void> {
    await tx.query(own, [realmId, groupKey]);
  }
}
