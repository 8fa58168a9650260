import { Database, type Queryable, type Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { type SealedColumn, sealedColumns } from './sealed-columns.js';
import type { SealedValue } from './sealer.js';

/** One sealed value where it lies. */
export interface SealedPlace {
  /** Physical address, good within the transaction that read it. */
  readonly address: string;
  readonly row: string;
  readonly sealed: Buffer;
}

export interface KeyUse {
  readonly keyId: string;
  readonly count: number;
}

const sealingLock = `select pg_advisory_xact_lock(hashtextextended('countersign authentication re-seal', 0))`;

/** The sealed values of all tables, whatever they mean. */
@Injectable()
export class SealedValueStore {
  constructor(private readonly database: Database) {}

  /** How many values each key guards. */
  async countByKey(queryable: Queryable = this.database): Promise<readonly KeyUse[]> {
    const keyIdsSql = sealedColumns
      .map(({ table: tableSql }) => `(select sealing_key_id from ${tableSql})`)
      .join(' union all ');
    return queryable.query<KeyUse>(
      `select sealing_key_id as "keyId", count(*)::integer as count from (${keyIdsSql}) as value group by 1 order by 1`,
    );
  }

  /** Lets one transaction at a time re-seal. */
  async lock(tx: Transaction): Promise<void> {
    await tx.query(sealingLock);
  }

  /**
   * Values under one of `keyIds`, but for those of `passedOver` rows, their rows locked; rows that somebody else works
   * on are left out.
   */
  async findSealedUnder(
    tx: Transaction,
    { table: tableSql, column: columnSql, row: rowSql }: SealedColumn,
    keyIds: readonly string[],
    passedOver: readonly string[],
    limit: number,
  ): Promise<readonly SealedPlace[]> {
    return tx.query<SealedPlace>(
      `select ctid::text as address, ${rowSql} as row, ${columnSql} as sealed from ${tableSql}
       where sealing_key_id = any ($1::text[]) and ${rowSql} <> all ($2::text[])
       limit $3 for update skip locked`,
      [keyIds, passedOver, limit],
    );
  }

  /** Puts the value under the new seal, unless it is another value by now. */
  async replace(
    tx: Transaction,
    { table: tableSql, column: columnSql }: SealedColumn,
    place: SealedPlace,
    value: SealedValue,
  ): Promise<number> {
    const rows = await tx.query(
      `update ${tableSql} set ${columnSql} = $3, sealing_key_id = $4
       where ctid = $1::tid and ${columnSql} = $2 returning 1`,
      [place.address, place.sealed, value.sealed, value.keyId],
    );
    return rows.length;
  }
}
