import type { ClaimVerdict } from '@countersign/contracts';
import { Database } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import type { Claim, ClaimOutcome } from './claim.js';

/**
 * SQL for what tells this store from a copy of it: the cluster (unlike after a restore elsewhere), the database
 * (unlike in a database made from a template) and the table (unlike after a dump was read in).
 */
export const storeIdentitySql = `(cluster_and_database() || '.' || 'claim'::regclass::oid::text)`;

/**
 * Guarantee G1 in one statement for any number of claims of different keys (docs/adr/0002-replay-claims.md):
 *
 * 1. `judged`: what already stands against a claim: the application or key is not live, the gateway's copy is old,
 *    the date is outside the skew by this clock, or lies in a time that was pruned or may have been forgotten
 * 2. `won`: the insertion decides between all that remain, here and at every other gateway, sorted, so that two
 *    batches cannot wait for each other in a circle
 * 3. `ahead`: what a crash would forget and no barrier would cover is also written to a logged table, by the same
 *    transaction: its commit then waits for the disk
 * 4. the date is judged again after the insertion: a statement that was held up until its rival's row had been
 *    pruned finds the date stale
 */
const claimStatement = {
  name: 'claim.make',
  text: `
    with given as (
      select position, application_id, version, key_version, mac, to_timestamp(signed_ms / 1000.0) as signed_at
      from unnest($1::uuid[], $2::integer[], $3::integer[], $4::bytea[], $5::bigint[])
        with ordinality as item (application_id, version, key_version, mac, signed_ms, position)
    ), store as (
      select epoch.barrier, epoch.pruned_through, memory.horizon
      from (select 1) as always
      left join (select horizon from claim_store where is_only_row) as memory on true
      left join (select barrier, pruned_through from claim_epoch where is_only_row and store = ${storeIdentitySql}) as epoch on true
    ), judged as materialized (
      select given.position, given.mac, given.application_id, given.signed_at,
        store.barrier is null or store.horizon is null as is_memory_lost,
        case
          when application.application_id is null or application.disabled_at is not null
            or key.application_id is null or key.expires_at <= clock_timestamp() then 'revoked'
          when application.version <> given.version then 'changed'
          when abs(extract(epoch from clock_timestamp() - given.signed_at)) > $6::integer then 'stale'
          when store.barrier is null or store.horizon is null
            or given.signed_at <= greatest(store.barrier, store.pruned_through) then 'recovering'
        end as refusal
      from given
      cross join store
      left join application on application.application_id = given.application_id
      left join application_key key
        on key.application_id = given.application_id and key.key_version = given.key_version
    ), won as (
      insert into claim (mac, application_id, signed_at)
      select mac, application_id, signed_at from judged where refusal is null order by mac, application_id
      on conflict do nothing
      returning mac, application_id, signed_at
    ), ahead as (
      insert into claim_ahead (mac, application_id, signed_at)
      select won.mac, won.application_id, won.signed_at
      from won
      where won.signed_at > (select horizon from store)
      on conflict do nothing
    )
    select judged.position::integer as position, judged.is_memory_lost as "isMemoryLost",
      case
        when judged.refusal is not null then judged.refusal
        when won.mac is null then 'replayed'
        when abs(extract(epoch from clock_timestamp() - won.signed_at)) > $6::integer then 'stale'
        else 'won'
      end as verdict,
      (extract(epoch from clock_timestamp()) * 1000)::float8 as "storeTime"
    from judged
    left join won on won.mac = judged.mac and won.application_id = judged.application_id`,
};

/** The end of the year 9999. Dates that PostgreSQL could not hold are as stale as the nearest that it can. */
const latestDateMs = 253_402_300_799_999;

interface Row {
  readonly position: number;
  readonly verdict: ClaimVerdict;
  readonly isMemoryLost: boolean;
  readonly storeTime: number;
}

/** SQL by hand alone: the statement is the guarantee. */
@Injectable()
export class ClaimStore {
  constructor(private readonly database: Database) {}

  /**
   * Decides claims, all in one transaction. No two of them may have the same key.
   * @param skewSeconds how far a date may lie from the store's clock, inclusive, each way
   * @returns outcomes by position
   * @throws Problem `store.unavailable`: the outcome is not known, and some claims may have been made
   */
  async make(claims: readonly Claim[], skewSeconds: number): Promise<readonly ClaimOutcome[]> {
    const rows = await this.database.query<Row>(claimStatement, [
      claims.map((claim) => claim.applicationId),
      claims.map((claim) => claim.version),
      claims.map((claim) => claim.keyVersion),
      claims.map((claim) => claim.mac),
      claims.map(({ signedAt }) => Math.min(Math.max(signedAt, 0), latestDateMs)),
      skewSeconds,
    ]);
    const outcomes: ClaimOutcome[] = [];
    for (const { position, ...outcome } of rows) outcomes[position - 1] = outcome;
    return outcomes;
  }
}
