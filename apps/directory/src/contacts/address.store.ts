import type { Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';

/*
 * A change of one user shares the realm with others; an import has it alone, since a lock for each of its thousands
 * of addresses would not fit into the server's lock table.
 */
const findDemand = `
  select case when settings -> 'uniqueEmail' = 'true' then pg_advisory_xact_lock_shared(hashtextextended($2, 7)) end,
    coalesce(settings -> 'uniqueEmail' = 'true', false) as "isUnique"
  from realm where id = $1`;

const findDemandAlone = `
  select case when settings -> 'uniqueEmail' = 'true' then pg_advisory_xact_lock(hashtextextended($2, 7)) end,
    coalesce(settings -> 'uniqueEmail' = 'true', false) as "isUnique"
  from realm where id = $1`;

// In one order, so that two users who exchange addresses cannot wait for each other. Two addresses of one hash wait for
// nothing, and that is all.
const lock = `
  select pg_advisory_xact_lock(hashtextextended($1 || ' ' || email_key, 7))
  from (select unnest($2::text[]) as email_key order by 1) as wanted`;

const findTaken = `
  select 1 from contact
  where realm_id = $1 and channel = 'email' and value_key = any ($2::text[]) and user_uuid <> $3 limit 1`;

const findTakenAmong = `
  select wanted.email_key as "emailKey" from unnest($2::text[]) as wanted (email_key)
  cross join lateral (
    select from contact where realm_id = $1 and channel = 'email' and value_key = wanted.email_key limit 1
  ) as taken`;

/**
 * Decides who gets which mail address (as compared) where the realm demands that no two users have the same. Addresses
 * are kept in every realm, so that a realm may begin to demand it at any time; what two users shared before that stays
 * theirs until they change it.
 *
 * An advisory lock and not a unique key decides, since a realm that demands nothing may hold an address twice. A change
 * that began before the realm's demand was committed may still add a shared address. So the statements are SQL by hand:
 * the lock is the guarantee, and it is taken with what it guards or right before.
 */
@Injectable()
export class AddressStore {
  /**
   * Whether the realm demands unique addresses; then no import gets one until this transaction ends. A request that inserts
   * a user or takes a name asks before: an import that held the realm and met the row would wait for a transaction that
   * waits for it.
   */
  async findDemand(tx: Transaction, realmId: string): Promise<boolean> {
    const [realm] = await tx.query<{ isUnique: boolean }>(findDemand, [realmId, realmId]);
    return realm?.isUnique ?? false;
  }

  /** Whether another user than `userUuid` has one of these addresses; if not, no other gets one until this transaction ends. */
  async isTaken(tx: Transaction, realmId: string, userUuid: string, keys: readonly string[]): Promise<boolean> {
    await tx.query(lock, [realmId, keys]);
    // a statement of its own: it sees what was committed while the lock was waited for
    return (await tx.query(findTaken, [realmId, keys, userUuid])).length > 0;
  }

  /**
   * Those of many addresses that users have, in a realm that demands unique ones. No user gets one of the others until this
   * transaction ends. `undefined` in a realm that demands nothing.
   */
  async findTaken(tx: Transaction, realmId: string, keys: readonly string[]): Promise<ReadonlySet<string> | undefined> {
    const [realm] = await tx.query<{ isUnique: boolean }>(findDemandAlone, [realmId, realmId]);
    if (!realm?.isUnique) return undefined;
    const rows = await tx.query<{ emailKey: string }>(findTakenAmong, [realmId, keys]);
    return new Set(rows.map(({ emailKey }) => emailKey));
  }
}
