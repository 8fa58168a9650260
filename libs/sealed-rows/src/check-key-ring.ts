import type { PartState } from '@countersign/observability';
import type { Queryable } from '@countersign/persistence';
import type { SealedValueStore } from './sealed-value.store.js';
import type { Sealer } from './sealer.js';

/** Values that one key is tried on: one that was altered or moved says nothing about the key. */
const sampleSize = 5;

/** Keys that values are sealed with, split by whether the ring opens them. */
interface Findings {
  readonly fitting: readonly string[];
  /** The ring lacks them, or has another key under their ids. */
  readonly unfit: readonly string[];
}

/** Holds the key ring against the values that it has to open. Answers that are kept for a day do not count. */
export class CheckKeyRing {
  private readonly columns: readonly SealedValueStore[];

  constructor(
    columns: readonly SealedValueStore[],
    private readonly sealer: Sealer,
    private readonly database: Queryable,
  ) {
    this.columns = columns.filter(({ column }) => !column.isTransient);
  }

  /**
   * A service with a ring that opens nothing must not start: it would seal what is new under a ring that is not its own.
   *
   * @returns what is wrong with a ring that opens some values only
   * @throws Error when values exist and the ring opens none of them
   */
  async atStart(): Promise<string | undefined> {
    const { fitting, unfit } = await this.judge();
    if (unfit.length === 0) return undefined;
    if (fitting.length > 0) return misses(unfit);
    const keys = unfit.join(', ');
    throw new Error(
      `the key ring (${this.sealer.place}) is not the one of this database: it opens nothing of what is sealed with ${keys}; ` +
        'put back the ring that has these keys',
    );
  }

  /** A word for readiness: `up`, also with what is wrong where most work goes on, or `down` with the reason. */
  async state(): Promise<PartState> {
    const { fitting, unfit } = await this.judge();
    if (unfit.length > 0 && fitting.length === 0) return `down: ${misses(unfit)}`;
    const { ringFault } = this.sealer;
    if (ringFault !== undefined) return `up: the last good ring is in force, ${ringFault}`;
    return unfit.length === 0 ? 'up' : `up: ${misses(unfit)}`;
  }

  private async judge(): Promise<Findings> {
    const opens = new Map<string, boolean>();
    for (const store of this.columns) {
      for (const keyId of await store.findKeyIds(this.database)) {
        opens.set(keyId, (opens.get(keyId) ?? true) && (await this.opens(store, keyId)));
      }
    }
    const keysThat = (fits: boolean) => [...opens].filter(([, found]) => found === fits).map(([keyId]) => keyId);
    return { fitting: keysThat(true), unfit: keysThat(false) };
  }

  private async opens(store: SealedValueStore, keyId: string): Promise<boolean> {
    if (!this.sealer.knows(keyId)) return false;
    const sample = await store.sample(this.database, keyId, sampleSize);
    if (sample.length === 0) return true;
    return sample.some(({ key, sealed }) => {
      try {
        this.sealer.open(store.column.at(...key), sealed);
        return true;
      } catch {
        return false;
      }
    });
  }
}

function misses(keyIds: readonly string[]): string {
  return `the ring does not open what is sealed with ${keyIds.join(', ')}`;
}
