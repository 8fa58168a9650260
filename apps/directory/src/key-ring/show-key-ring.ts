import type { CommonOperations, ReplyOf } from '@countersign/contracts';
import { Injectable } from '@nestjs/common';
import { UserSecretKeeper } from '../users/user-secret-keeper.js';
import { SealedValueStore } from './sealed-value.store.js';

/** How many sealed values each key guards: an old key may be taken out of the ring when it guards none. */
@Injectable()
export class ShowKeyRing {
  constructor(
    private readonly values: SealedValueStore,
    private readonly secretKeeper: UserSecretKeeper,
  ) {}

  async run(): Promise<ReplyOf<CommonOperations['showKeyRing']>> {
    const counts = await this.values.count();
    return {
      currentKeyId: this.secretKeeper.currentKeyId,
      sealed: counts.map(({ keyId, count }) => ({ keyId, count, isInRing: this.secretKeeper.knows(keyId) })),
    };
  }
}
