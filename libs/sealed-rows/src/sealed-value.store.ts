import type { Queryable, Transaction } from '@countersign/persistence';
import type { SealedColumn } from './sealed-column.js';
import { sqlOf } from './sealed-column-sql.js';
import type { SealedValue } from './sealer.js';

/** A sealed value where it lies: the key of its row, as text, column by column. */
export interface KeptValue {
  readonly key: readonly string[];
  readonly sealed: Buffer;
}

export interface KeyUse {
  readonly keyId: string;
  readonly count: number;
}

/** A value under the seal that it had, and under the new one. */
export interface ResealedValue {
  readonly before: KeptValue;
  readonly after: SealedValue;
}

/** The values of one sealed column. SQL by hand: one set of statements serves the tables of every service. */
export class SealedValueStore {
  private readonly sql;

  constructor(readonly column: SealedColumn) {
    this.sql = sqlOf(column);
  }

  async findKeyIds(queryable: Queryable): Promise<readonly string[]> {
    return (await queryable.query<{ keyId: string }>(this.sql.keyIds)).map(({ keyId }) => keyId);
  }

  countByKey(queryable: Queryable): Promise<readonly KeyUse[]> {
    return queryable.query(this.sql.countByKey);
  }

  async countUnder(queryable: Queryable, keyId: string): Promise<number> {
    const [row] = await queryable.query<{ count: number }>(this.sql.countUnder, [keyId]);
    return row?.count ?? 0;
  }

  /** Some values under `keyId`, read only. */
  sample(queryable: Queryable, keyId: string, limit: number): Promise<readonly KeptValue[]> {
    return queryable.query(this.sql.sample, [keyId, limit]);
  }

  /**
   * Values under `keyId` in the order of their rows, after a row; the rows are held until the transaction ends. Those
   * that another transaction holds are left out: its change seals with the current key, or it seals anew as we do.
   */
  findUnder(
    tx: Transaction,
    keyId: string,
    after: readonly string[] | undefined,
    limit: number,
  ): Promise<readonly KeptValue[]> {
    if (after === undefined) return tx.query(this.sql.findFirst, [keyId, limit]);
    return tx.query(this.sql.findNext, [keyId, limit, ...after]);
  }

  /** Puts values under their new seal, unless one is another value by now. @returns how many it replaced */
  async replace(tx: Transaction, values: readonly ResealedValue[]): Promise<number> {
    if (values.length === 0) return 0;
    const keys = Object.keys(this.column.key).map((_, index) => values.map(({ before }) => before.key[index]));
    const columns = [
      values.map(({ before }) => before.sealed),
      values.map(({ after }) => after.sealed),
      values.map(({ after }) => after.keyId),
    ];
    return (await tx.query(this.sql.replace, [...columns, ...keys])).length;
  }
}
