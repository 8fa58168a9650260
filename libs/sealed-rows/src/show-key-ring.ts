import type { CommonOperations, ReplyOf } from '@countersign/contracts';
import type { Queryable } from '@countersign/persistence';
import type { KeyUse, SealedValueStore } from './sealed-value.store.js';
import type { Sealer } from './sealer.js';

/** How many sealed values each key of the ring guards: an old key may leave the ring when it guards none. */
export class ShowKeyRing {
  constructor(
    private readonly columns: readonly SealedValueStore[],
    private readonly sealer: Sealer,
    private readonly database: Queryable,
  ) {}

  async show(): Promise<ReplyOf<CommonOperations['showKeyRing']>> {
    const { currentKeyId } = this.sealer;
    const counts = new Map<string, number>();
    for (const store of this.columns) {
      for (const { keyId, count } of await this.usesOf(store, currentKeyId)) {
        counts.set(keyId, (counts.get(keyId) ?? 0) + count);
      }
    }
    const sealed = [...counts].map(([keyId, count]) => ({ keyId, count, isInRing: this.sealer.knows(keyId) }));
    return { currentKeyId, sealed };
  }

  private async usesOf(store: SealedValueStore, currentKeyId: string): Promise<readonly KeyUse[]> {
    if (!store.column.isTransient) return store.countByKey(this.database);
    const uses: KeyUse[] = [];
    for (const keyId of await store.findKeyIds(this.database)) {
      const count = keyId === currentKeyId ? 0 : await store.countUnder(this.database, keyId);
      if (count > 0) uses.push({ keyId, count });
    }
    return uses;
  }
}
