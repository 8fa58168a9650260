import type { Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { emailKeysIn } from './email-keys.policy.js';

type Properties = Readonly<Record<string, string>>;

/*
 * Who changes one user shares the realm with all who do so; an import has it alone, since a lock for each of its thousands
 * of addresses would not fit into the server's lock table.
 */
const findDemand = `
  select case when settings -> 'uniqueEmail' = 'true' then pg_advisory_xact_lock_shared(hashtextextended($2, 7)) end,
    coalesce(settings -> 'uniqueEmail' = 'true', false) as "isUnique"
  from directory.realm where id = $1`;

const findDemandAlone = `
  select case when settings -> 'uniqueEmail' = 'true' then pg_advisory_xact_lock(hashtextextended($2, 7)) end,
    coalesce(settings -> 'uniqueEmail' = 'true', false) as "isUnique"
  from directory.realm where id = $1`;

// In one order, so that two users who exchange addresses cannot wait for each other. Two addresses of one hash wait for
// nothing, and that is all.
const lock = `
  select pg_advisory_xact_lock(hashtextextended($1 || ' ' || email_key, 7))
  from (select unnest($2::text[]) as email_key order by 1) as wanted`;

const findTaken = `
  select 1 from directory.user_email where realm_id = $1 and email_key = any ($2::text[]) and user_uuid <> $3 limit 1`;

const findTakenAmong = `
  select wanted.email_key as "emailKey" from unnest($2::text[]) as wanted (email_key)
  cross join lateral (
    select from directory.user_email where realm_id = $1 and email_key = wanted.email_key limit 1
  ) as taken`;

const remove = 'delete from directory.user_email where user_uuid = $1 and email_key = any ($2::text[])';

const add = `
  insert into directory.user_email (user_uuid, email_key, realm_id)
  select $1, email_key, $3 from unnest($2::text[]) as wanted (email_key)`;

/**
 * Who has which mail address. Kept in every realm, so that a realm may begin to demand unique addresses at any time;
 * what two users shared before that stays theirs until they change it.
 */
@Injectable()
export class UserEmailStore {
  /**
   * Whether the realm demands unique addresses; then no import gets one until this transaction ends. Whoever inserts a
   * user asks before: an import that held the realm and met the row would wait for a transaction that waits for it.
   */
  async findDemand(tx: Transaction, realmId: string): Promise<boolean> {
    const [realm] = await tx.query<{ isUnique: boolean }>(findDemand, [realmId, realmId]);
    return realm?.isUnique ?? false;
  }

  /**
   * Makes the mail addresses among `properties` those of a user who was inserted in this transaction.
   * @param isUnique whether the realm demands that, by {@link findDemand}
   * @returns false when it does and another user has one
   */
  async give(
    tx: Transaction,
    realmId: string,
    id: string,
    properties: Properties,
    isUnique: boolean,
  ): Promise<boolean> {
    return this.add(tx, realmId, id, [...emailKeysIn(properties)], isUnique);
  }

  /**
   * Makes the mail addresses among `after` the user's, whose row this transaction holds.
   *
   * An advisory lock and not a unique key decides who gets an address, since a realm that demands nothing may hold it
   * twice. A change that began before the realm's demand was committed may still add a shared address.
   * @returns false when the realm demands unique addresses and another user has one that is new here
   */
  async change(tx: Transaction, realmId: string, id: string, before: Properties, after: Properties): Promise<boolean> {
    const had = emailKeysIn(before);
    const has = emailKeysIn(after);
    const added = [...has].filter((key) => !had.has(key));
    const removed = [...had].filter((key) => !has.has(key));
    const isUnique = added.length > 0 && (await this.findDemand(tx, realmId));
    if (!(await this.add(tx, realmId, id, added, isUnique))) return false;
    if (removed.length > 0) await tx.query(remove, [id, removed]);
    return true;
  }

  /**
   * Those of many addresses that users have, in a realm that demands unique ones; nobody gets another one of them until
   * this transaction ends. `undefined` in a realm that demands nothing.
   */
  async findTaken(tx: Transaction, realmId: string, keys: readonly string[]): Promise<ReadonlySet<string> | undefined> {
    const [realm] = await tx.query<{ isUnique: boolean }>(findDemandAlone, [realmId, realmId]);
    if (!realm?.isUnique) return undefined;
    const rows = await tx.query<{ emailKey: string }>(findTakenAmong, [realmId, keys]);
    return new Set(rows.map(({ emailKey }) => emailKey));
  }

  private async add(
    tx: Transaction,
    realmId: string,
    id: string,
    keys: readonly string[],
    isUnique: boolean,
  ): Promise<boolean> {
    if (keys.length === 0) return true;
    if (isUnique && (await this.isTaken(tx, realmId, id, keys))) return false;
    await tx.query(add, [id, keys, realmId]);
    return true;
  }

  private async isTaken(tx: Transaction, realmId: string, id: string, keys: readonly string[]): Promise<boolean> {
    await tx.query(lock, [realmId, keys]);
    // a statement of its own: it sees what was committed while the lock was waited for
    return (await tx.query(findTaken, [realmId, keys, id])).length > 0;
  }
}
