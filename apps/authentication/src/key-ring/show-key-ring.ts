import { commonOperations, type ReplyOf } from '@countersign/contracts';
import { SealedRecords } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { SealedValueStore } from './sealed-value.store.js';
import { Sealer } from './sealer.js';

/** Which keys of the ring guard how many values, kept answers among them unless they are under the current one. */
@Injectable()
export class ShowKeyRing {
  constructor(
    private readonly values: SealedValueStore,
    private readonly answers: SealedRecords,
    private readonly sealer: Sealer,
  ) {}

  async run(): Promise<ReplyOf<typeof commonOperations.authentication.showKeyRing>> {
    const counts = new Map<string, number>();
    for (const { keyId, count } of [...(await this.values.countByKey()), ...(await this.answers.countUnderOldKeys())]) {
      counts.set(keyId, (counts.get(keyId) ?? 0) + count);
    }
    return {
      currentKeyId: this.sealer.ring.currentKeyId,
      sealed: [...counts].map(([keyId, count]) => ({ keyId, count, isInRing: this.sealer.knows(keyId) })),
    };
  }
}
