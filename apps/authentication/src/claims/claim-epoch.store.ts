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

  /** Whether the claims remember everything since the epoch was opened. */
  async isOpen(): Promise<boolean> {
    const rows = await this.database.query({
      name: 'claim_epoch.is_open',
      text: `select 1 from claim_epoch where is_only_row and store = ${storeIdentitySql}`,
    });
    return rows.length > 0;
  }

  /** Whether the barrier of the open epoch lies behind us. */
  async judgesPresentDates(): Promise<boolean> {
    const rows = await this.database.query({
      name: 'claim_epoch.judges_present_dates',
      text: `select 1 from claim_epoch where is_only_row and store = ${storeIdentitySql} and barrier < clock_timestamp()`,
    });
    return rows.length > 0;
  }

  /**
   * Opens an epoch unless one is open by now. Everything that may be forgotten is dated at or before its barrier.
   * @returns how the barrier was chosen, or undefined when an epoch was open already
   */
  open(isStandbySynchronous: boolean): Promise<Barrier | undefined> {
    return this.unitOfWork.run(unbounded, async (tx) => {
      await tx.query(`select pg_advisory_xact_lock(hashtextextended('countersign authentication claim epoch', 0))`);
      const found = await tx.query(`select 1 from claim_epoch where is_only_row and store = ${storeIdentitySql}`);
      if (found.length > 0) return undefined;
      const barrier = chooseBarrier(await this.readKnownStore(tx), isStandbySynchronous);
      await this.replaceEpoch(tx, barrier);
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

  private async replaceEpoch(tx: Transaction, barrier: Barrier): Promise<void> {
    await tx.query(`delete from claim_epoch`);
    await tx.query(`
      insert into claim (mac, application_id, signed_at)
      select mac, application_id, signed_at from claim_ahead on conflict do nothing`);
    await tx.query(
      `insert into claim_epoch (barrier, pruned_through, store)
       select case $1::text
           when 'nothing-claimed' then '-infinity'
           when 'horizon' then greatest((select horizon from claim_store where is_only_row),
             clock_timestamp() + make_interval(secs => $2::integer))
           else greatest((select horizon from claim_store where is_only_row),
             clock_timestamp() + make_interval(secs => $3::integer + $2::integer))
         end, '-infinity', ${storeIdentitySql}`,
      [barrier, horizonLeadSeconds, longestSkewSeconds],
    );
    await tx.query(
      `insert into claim_store as known (horizon, timeline, store)
       values (clock_timestamp(), ${storeTimelineSql}, ${storeIdentitySql})
       on conflict (is_only_row) do update
       set horizon = greatest(known.horizon, excluded.horizon), timeline = excluded.timeline, store = excluded.store`,
    );
  }

  /**
   * Moves the horizon ahead of the clock, so that claims of present dates need no write to the disk. Committed, and
   * so on the disk, before any claim can rely on it.
   */
  async moveHorizon(): Promise<void> {
    await this.database.query(
      {
        name: 'claim_store.move_horizon',
        text: `
          update claim_store set horizon = clock_timestamp() + make_interval(secs => $1::integer)
          where is_only_row and horizon < clock_timestamp() + make_interval(secs => $1::integer) / 2`,
      },
      [horizonLeadSeconds],
    );
  }

  /** Makes every date at or before `now - keepSeconds` stale for good, whatever the clock may do later. */
  async movePrunedThrough(keepSeconds: number): Promise<Date | undefined> {
    return this.unitOfWork.run(unbounded, async (tx) => {
      const [row] = await tx.query<{ prunedThrough: Date }>(
        `update claim_epoch
         set pruned_through = greatest(pruned_through, clock_timestamp() - make_interval(secs => $1::integer))
         where is_only_row and store = ${storeIdentitySql}
         returning pruned_through as "prunedThrough"`,
        [keepSeconds],
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
