import { Database, type Transaction, UnitOfWork, unbounded } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { storeIdentitySql } from './claim.store.js';
import { type Barrier, chooseBarrier, horizonLeadSeconds, longestSkewSeconds } from './claim-epoch.policy.js';

/** SQL for the timeline that this server writes: another one after the promotion of a standby. Primary only. */
const storeTimelineSql = `left(pg_walfile_name(pg_current_wal_lsn()), 8)`;

/** What the logged row knows of the store that wrote it. */
interface KnownStore {
  readonly isSameStore: boolean;
  readonly isSameTimeline: boolean;
}

/**
 * The epoch says what the claims remember; the store row says what a crash may make them forget. SQL by hand alone: the
 * database's clock and identity decide, within the statements.
 */
@Injectable()
export class ClaimEpochStore {
  constructor(
    private readonly database: Database,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** The store's clock, and whether the claims remember everything since the epoch was opened. */
  async look(): Promise<{ readonly clockMs: number; readonly isOpen: boolean }> {
    const [seen] = await this.database.query<{ clockMs: number; isOpen: boolean }>({
      name: 'claim_epoch.look',
      text: `select (extract(epoch from clock_timestamp()) * 1000)::float8 as "clockMs",
        exists (select from claim_epoch where is_only_row and store = ${storeIdentitySql}) as "isOpen"`,
    });
    if (seen === undefined) throw new Error('a select without a table gave no row');
    return seen;
  }

  /**
   * Whether a request of this date could be claimed: it is fresh, nothing that was claimed so was forgotten, and the claim
   * can be stored. A claim of no application is tried for that, and taken back.
   *
   * @throws Problem `store.unavailable` when it cannot be stored
   */
  async judgesDate(signedAtMs: number, skewSeconds: number): Promise<boolean> {
    const rows = await this.database.tryOut(
      `insert into claim (mac, application_id, signed_at)
       select sha256(gen_random_uuid()::text::bytea), gen_random_uuid(), given.signed_at
       from claim_epoch, (select to_timestamp($1::float8 / 1000.0) as signed_at) as given
       where is_only_row and store = ${storeIdentitySql} and barrier < given.signed_at and pruned_through < given.signed_at
         and abs(extract(epoch from clock_timestamp() - given.signed_at)) <= $2::integer
       returning 1`,
      [signedAtMs, skewSeconds],
    );
    return rows.length > 0;
  }

  /**
   * Opens an epoch unless one is open by now. Everything that may be forgotten is dated at or before its barrier.
   * @param nowMs by a clock beside the store's: that of a promoted standby may be behind the one that claims were made by
   * @returns how the barrier was chosen, or undefined when an epoch was open already
   */
  open(isStandbySynchronous: boolean, nowMs: number): Promise<Barrier | undefined> {
    return this.unitOfWork.run(unbounded, async (tx) => {
      await tx.query(`select pg_advisory_xact_lock(hashtextextended('countersign authentication claim epoch', 0))`);
      const found = await tx.query(`select 1 from claim_epoch where is_only_row and store = ${storeIdentitySql}`);
      if (found.length > 0) return undefined;
      const barrier = chooseBarrier(await this.readKnownStore(tx), isStandbySynchronous);
      await this.replaceEpoch(tx, barrier, nowMs);
      return barrier;
    });
  }

  private async readKnownStore(tx: Transaction): Promise<KnownStore | undefined> {
    const [known] = await tx.query<KnownStore>(
      `select store = ${storeIdentitySql} as "isSameStore", timeline = ${storeTimelineSql} as "isSameTimeline"
       from claim_store where is_only_row`,
    );
    return known;
  }

  private async replaceEpoch(tx: Transaction, barrier: Barrier, nowMs: number): Promise<void> {
    await tx.query(`delete from claim_epoch`);
    await tx.query(`
      insert into claim (mac, application_id, signed_at)
      select mac, application_id, signed_at from claim_ahead on conflict do nothing`);
    await tx.query(
      `insert into claim_epoch (barrier, pruned_through, store)
       select case $1::text
           when 'nothing-claimed' then '-infinity'
           when 'horizon' then (select horizon from claim_store where is_only_row)
           else greatest((select horizon from claim_store where is_only_row), clock_timestamp(),
               least(to_timestamp($4::float8 / 1000.0), clock_timestamp() + make_interval(secs => $3::integer)))
             + make_interval(secs => $3::integer + $2::integer)
         end, '-infinity', ${storeIdentitySql}`,
      [barrier, horizonLeadSeconds, longestSkewSeconds, nowMs],
    );
    await tx.query(
      `insert into claim_store as known (horizon, timeline, store)
       values ('-infinity', ${storeTimelineSql}, ${storeIdentitySql})
       on conflict (is_only_row) do update set timeline = excluded.timeline, store = excluded.store`,
    );
  }

  /**
   * Moves the horizon ahead of the newest claim, so that claims of present dates need no write to the disk. Committed,
   * and so on the disk, before any claim can rely on it. Never by the store's clock alone: one that is ahead for a while
   * would leave a horizon by which all present dates were refused after a crash.
   * @param nowMs by another clock
   */
  async moveHorizon(nowMs: number): Promise<void> {
    await this.database.query(
      {
        name: 'claim_store.move_horizon',
        text: `
          update claim_store set horizon = newest.signed_at + make_interval(secs => $1::integer)
          from (
            select least(signed_at, clock_timestamp(), to_timestamp($2::float8 / 1000.0)) as signed_at
            from claim order by claim.signed_at desc limit 1
          ) as newest
          where is_only_row and horizon < newest.signed_at + make_interval(secs => $1::integer) / 2`,
      },
      [horizonLeadSeconds, nowMs],
    );
  }

  /**
   * Refuses for good, whatever the clock may do later, the dates of claims that are older than `keepSeconds` by the
   * store's clock, by another one and by the newest claim: when one of them is ahead for a while, no right date is refused.
   * @param nowMs by another clock
   * @returns the newest date that may be forgotten now; undefined if there is none
   */
  async movePrunedThrough(keepSeconds: number, nowMs: number): Promise<Date | undefined> {
    return this.unitOfWork.run(unbounded, async (tx) => {
      const [row] = await tx.query<{ prunedThrough: Date }>(
        `update claim_epoch
         set pruned_through = greatest(pruned_through, old.signed_at)
         from (
           select signed_at from claim
           where signed_at <= (select least(max(signed_at), clock_timestamp(), to_timestamp($2::float8 / 1000.0)) from claim)
             - make_interval(secs => $1::integer)
           order by signed_at desc limit 1
         ) as old
         where is_only_row and store = ${storeIdentitySql}
         returning pruned_through as "prunedThrough"`,
        [keepSeconds, nowMs],
      );
      if (row === undefined) return undefined;
      // what was pruned is forgotten too: after a crash the barrier, which is at least the horizon, must cover it
      await tx.query(`update claim_store set horizon = $1 where is_only_row and horizon < $1`, [row.prunedThrough]);
      return row.prunedThrough;
    });
  }

  /** Deletes at most `limit` claims dated at or before `through` from each table. Answers how many went. */
  async deleteThrough(through: Date, limit: number): Promise<number> {
    let deleted = 0;
    for (const tableSql of ['claim', 'claim_ahead']) {
      const rows = await this.database.query(
        `delete from ${tableSql} where ctid = any (array(
           select ctid from ${tableSql} where signed_at <= $1 order by signed_at limit $2)) returning 1`,
        [through, limit],
      );
      deleted += rows.length;
    }
    return deleted;
  }
}
