import { Database, sessionLockKey, type Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';

export interface SealedValue {
  readonly id: string;
  readonly keyId: string;
  readonly sealed: Buffer;
}

export interface Resealed {
  readonly before: SealedValue;
  readonly after: { readonly sealed: Buffer; readonly keyId: string };
}

/** Where a walk over the values under other keys stands: keys in their order, then rows. */
export interface WalkPosition {
  readonly keyId: string;
  readonly id: string;
}

export const walkStart: WalkPosition = Object.freeze({ keyId: '', id: '00000000-0000-0000-0000-000000000000' });

const count = `
  select sealed_key_id as "keyId", count(*)::int as count from directory.user
  where sealed_key_id is not null group by sealed_key_id order by sealed_key_id`;

const findRotation = 'select key_id from directory.key_rotation where key_id = $1';

const lock = 'select pg_try_advisory_xact_lock($1) as "isMine"';
const lockKey = sessionLockKey('directory re-seal');

// The two sides of the current key, apart: with `<>` the walk would pass all values that are done.
const belowSql = `
  select id, sealed_key_id as "keyId", sealed_secrets as sealed from directory.user
  where (sealed_key_id, id) > ($2, $3::uuid) and sealed_key_id < $1 order by sealed_key_id, id limit $4`;
const aboveSql = `
  select id, sealed_key_id as "keyId", sealed_secrets as sealed from directory.user
  where (sealed_key_id, id) > ($2, $3::uuid) and sealed_key_id > $1 order by sealed_key_id, id limit $4`;
const findStale = `(${belowSql}) union all (${aboveSql}) limit $4`;

// Only what is still as it was read: a change by its user that came between has sealed it anew, and stays.
const replace = `
  update directory.user u set sealed_secrets = again.sealed, sealed_key_id = again.key_id
  from unnest($1::uuid[], $2::bytea[], $3::bytea[], $4::text[]) as again (id, before, sealed, key_id)
  where u.id = again.id and u.sealed_secrets = again.before`;

const finish = `
  with earlier as (select count(*) as count from directory.key_rotation),
    added as (insert into directory.key_rotation (key_id) values ($1) on conflict do nothing returning key_id)
  select (select count from earlier) > 0 as "isRotation" from added`;

const countUnder = 'select count(*)::int as count from directory.user where sealed_key_id = $1';

/** Sealed values by the key that seals them, whatever they are. */
@Injectable()
export class SealedValueStore {
  constructor(private readonly database: Database) {}

  count(): Promise<{ keyId: string; count: number }[]> {
    return this.database.query(count);
  }

  /** Whether every value has been found under this key once, and no value is under another one now. */
  async isSettled(keyId: string): Promise<boolean> {
    const values = [keyId, walkStart.keyId, walkStart.id, 1];
    if ((await this.database.query(findStale, values)).length > 0) return false;
    return (await this.database.query(findRotation, [keyId])).length > 0;
  }

  /** Until the transaction ends no other process seals again; answers false when one does. */
  async lock(tx: Transaction): Promise<boolean> {
    const [row] = await tx.query<{ isMine: boolean }>(lock, [lockKey]);
    return row?.isMine === true;
  }

  /** Values under other keys than `keyId`, after `position`. */
  findStale(tx: Transaction, keyId: string, position: WalkPosition, limit: number): Promise<SealedValue[]> {
    return tx.query(findStale, [keyId, position.keyId, position.id, limit]);
  }

  async replace(tx: Transaction, values: readonly Resealed[]): Promise<void> {
    await tx.query(replace, [
      values.map(({ before }) => before.id),
      values.map(({ before }) => before.sealed),
      values.map(({ after }) => after.sealed),
      values.map(({ after }) => after.keyId),
    ]);
  }

  /**
   * Notes that every value is under `keyId`.
   * @returns how many there are; undefined when it was noted before, or when it is the first key of all
   */
  async finish(tx: Transaction, keyId: string): Promise<number | undefined> {
    const [added] = await tx.query<{ isRotation: boolean }>(finish, [keyId]);
    if (!added?.isRotation) return undefined;
    const [row] = await tx.query<{ count: number }>(countUnder, [keyId]);
    return row?.count ?? 0;
  }
}
