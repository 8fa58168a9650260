import { commonEvents, type RunningService } from '@countersign/contracts';
import { newAskContext } from '@countersign/messaging';
import type { Logger } from '@countersign/observability';
import { eventFields, type Outbox } from '@countersign/outbox';
import { type Database, type Transaction, type UnitOfWork, unbounded } from '@countersign/persistence';
import type { KeyRotationStore } from './key-rotation.store.js';
import type { ResealedValue, SealedValueStore } from './sealed-value.store.js';
import type { Sealer } from './sealer.js';

/** Rows that one transaction holds: few, so that a request that changes one of them does not wait long. */
const batchSize = 100;

export interface Resealing {
  readonly resealed: number;
  /** Values that do not open although the ring has their key: they were altered or moved, and stay as they are. */
  readonly unopened: number;
}

interface Batch extends Resealing {
  /** The last row of the batch; `undefined` at the end. */
  readonly last: readonly string[] | undefined;
}

/**
 * Brings every sealed value under the current key of the ring (guarantee G5), in short transactions beside everything
 * else. Every replica may run it at any time: each takes the rows that no other transaction holds, a change of a value
 * that comes between wins, and the end of a rotation is recorded once.
 */
export class Reseal {
  private readonly kept: readonly SealedValueStore[];

  constructor(
    private readonly service: RunningService,
    private readonly columns: readonly SealedValueStore[],
    private readonly rotations: KeyRotationStore,
    private readonly sealer: Sealer,
    private readonly database: Database,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
    private readonly logger: Logger,
  ) {
    this.kept = columns.filter(({ column }) => !column.isTransient);
  }

  /** One walk through what is under other keys. */
  async run(mayGoOn: () => boolean = () => true): Promise<Resealing> {
    const { currentKeyId } = this.sealer;
    let total: Resealing = { resealed: 0, unopened: 0 };
    for (const column of this.columns) {
      for (const keyId of await this.findOldKeyIds(column, currentKeyId)) {
        total = sum(total, await this.resealUnder(column, keyId, mayGoOn));
      }
    }
    if (!(await this.rotations.isFinished(this.database, currentKeyId))) {
      await this.unitOfWork.run(unbounded, (tx) => this.finish(tx, currentKeyId));
    }
    return total;
  }

  /** Keys that guard values of the column and that the ring has; those that it lacks are told to the log. */
  private async findOldKeyIds(store: SealedValueStore, currentKeyId: string): Promise<readonly string[]> {
    const old = (await store.findKeyIds(this.database)).filter((keyId) => keyId !== currentKeyId);
    const { table, column } = store.column;
    const unknown = old.filter((keyId) => !this.sealer.knows(keyId));
    if (unknown.length > 0) this.logger.error({ table, column, unknown }, 'the key ring lacks keys that seal values');
    return old.filter((keyId) => !unknown.includes(keyId));
  }

  private async resealUnder(store: SealedValueStore, keyId: string, mayGoOn: () => boolean): Promise<Resealing> {
    let total: Resealing = { resealed: 0, unopened: 0 };
    for (let after: readonly string[] | undefined; mayGoOn(); ) {
      const from = after;
      const batch = await this.unitOfWork.run(unbounded, (tx) => this.resealBatch(tx, store, keyId, from));
      total = sum(total, batch);
      if (batch.last === undefined) break;
      after = batch.last;
    }
    const { table, column } = store.column;
    if (total.resealed > 0) this.logger.info({ table, column, ...total }, 'values were sealed with the current key');
    // one line however many there are: each run meets them again
    if (total.unopened > 0) this.logger.error({ table, column, keyId, ...total }, 'sealed values do not open');
    return total;
  }

  private async resealBatch(
    tx: Transaction,
    store: SealedValueStore,
    keyId: string,
    after: readonly string[] | undefined,
  ): Promise<Batch> {
    const found = await store.findUnder(tx, keyId, after, batchSize);
    const seal = this.sealer.forMany();
    const again = found.flatMap((before): ResealedValue[] => {
      const binding = store.column.at(...before.key);
      try {
        return [{ before, after: seal(binding, this.sealer.open(binding, before.sealed)) }];
      } catch {
        return [];
      }
    });
    const resealed = await store.replace(tx, again);
    return { resealed, unopened: found.length - again.length, last: found.at(-1)?.key };
  }

  private async finish(tx: Transaction, keyId: string): Promise<void> {
    for (const column of this.kept) {
      if ((await column.findKeyIds(tx)).some((other) => other !== keyId)) return;
    }
    if (!(await this.rotations.finish(tx, keyId))) return;
    let count = 0;
    for (const column of this.kept) count += await column.countUnder(tx, keyId);
    const cause = newAskContext({ actor: { kind: 'service', id: this.service } });
    await this.outbox.record(tx, commonEvents[this.service].keyRingResealed, {
      ...eventFields(undefined, cause, { kind: 'key-ring', id: keyId }),
      details: { keyId, count },
    });
    this.logger.info({ keyId, count }, 'all sealed values are under the current key');
  }
}

function sum(a: Resealing, b: Resealing): Resealing {
  return { resealed: a.resealed + b.resealed, unopened: a.unopened + b.unopened };
}
