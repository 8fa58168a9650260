import { authenticationKeysResealed } from '@countersign/contracts';
import { LOGGER } from '@countersign/hosting';
import { newAskContext } from '@countersign/messaging';
import type { Logger } from '@countersign/observability';
import { Outbox } from '@countersign/outbox';
import { type Transaction, UnitOfWork } from '@countersign/persistence';
import type { Binding } from '@countersign/sealing';
import { Inject, Injectable } from '@nestjs/common';
import { type SealedColumn, sealedColumns } from './sealed-columns.js';
import { SealedValueStore } from './sealed-value.store.js';
import { type SealedValue, Sealer } from './sealer.js';

const batch = 100;

/**
 * Brings all sealed values under the current key of the ring, in the background and in bounded transactions, one
 * replica at a time. A value whose key the ring lacks, or that does not open, stays as it is and is told to the log.
 */
@Injectable()
export class ResealValues {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly values: SealedValueStore,
    private readonly sealer: Sealer,
    private readonly outbox: Outbox,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @returns how many values were sealed anew */
  async run(): Promise<number> {
    const { currentKeyId } = this.sealer.ring;
    const old = (await this.values.countByKey()).filter(({ keyId }) => keyId !== currentKeyId);
    const readable = old.map(({ keyId }) => keyId).filter((keyId) => this.sealer.knows(keyId));
    if (readable.length < old.length) this.logger.error({ keys: old }, 'the key ring lacks keys that seal values');
    let resealed = 0;
    for (const column of readable.length === 0 ? [] : sealedColumns) {
      const unopened: string[] = [];
      for (let isAtEnd = false; !isAtEnd; ) {
        const step = await this.unitOfWork.run((tx) => this.resealSome(tx, column, readable, currentKeyId, unopened));
        resealed += step.moved;
        unopened.push(...step.unopened);
        isAtEnd = step.moved + step.unopened.length === 0;
      }
      this.tellUnopened(column, unopened);
    }
    return resealed;
  }

  /** One line however many there are: they are met again at every run until the ring has their key. */
  private tellUnopened({ table, column }: SealedColumn, rows: readonly string[]): void {
    if (rows.length === 0) return;
    this.logger.error({ table, column, count: rows.length, first: rows[0] }, 'sealed values do not open');
  }

  private async resealSome(
    tx: Transaction,
    column: SealedColumn,
    keyIds: readonly string[],
    currentKeyId: string,
    passedOver: readonly string[],
  ): Promise<{ readonly moved: number; readonly unopened: readonly string[] }> {
    await this.values.lock(tx);
    const unopened: string[] = [];
    let moved = 0;
    for (const place of await this.values.findSealedUnder(tx, column, keyIds, passedOver, batch)) {
      const value = this.resealed({ table: column.table, row: place.row, column: column.column }, place.sealed);
      if (value === undefined) unopened.push(place.row);
      else moved += await this.values.replace(tx, column, place, value);
    }
    if (moved > 0) await this.tellWhenDone(tx, currentKeyId);
    return { moved, unopened };
  }

  private resealed(binding: Binding, sealed: Buffer): SealedValue | undefined {
    try {
      return this.sealer.seal(binding, this.sealer.open(binding, sealed));
    } catch {
      return undefined;
    }
  }

  /** In the transaction that seals the last value, so that it is told once. */
  private async tellWhenDone(tx: Transaction, keyId: string): Promise<void> {
    const uses = await this.values.countByKey(tx);
    const [only] = uses;
    if (uses.length !== 1 || only?.keyId !== keyId) return;
    const { actor, via } = newAskContext({ actor: { kind: 'service', id: 'authentication' } });
    await this.outbox.record(tx, authenticationKeysResealed, {
      actor,
      via,
      target: { kind: 'key-ring', id: keyId },
      details: { keyId, count: only.count },
    });
    this.logger.info({ keyId, count: only.count }, 'all sealed values are under the current key');
  }
}
