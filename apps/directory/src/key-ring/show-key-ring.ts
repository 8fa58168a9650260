import type { CommonOperations, ReplyOf } from '@countersign/contracts';
import { SealedRecords } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { UserSecretKeeper } from '../users/user-secret-keeper.js';
import { SealedValueStore } from './sealed-value.store.js';

/**
 * How many sealed values each key guards, kept answers among them unless they are under the current one: an old key may
 * be taken out of the ring when it guards none.
 */
@Injectable()
export class ShowKeyRing {
  constructor(
    private readonly values: SealedValueStore,
    private readonly answers: SealedRecords,
    private readonly secretKeeper: UserSecretKeeper,
  ) {}

  async run(): Promise<ReplyOf<CommonOperations['showKeyRing']>> {
    const counts = new Map<string, number>();
    for (const { keyId, count } of [...(await this.values.count()), ...(await this.answers.countUnderOldKeys())]) {
      counts.set(keyId, (counts.get(keyId) ?? 0) + count);
    }
    return {
      currentKeyId: this.secretKeeper.currentKeyId,
      sealed: [...counts].map(([keyId, count]) => ({ keyId, count, isInRing: this.secretKeeper.knows(keyId) })),
    };
  }
}
