import { commonOperations, type ReplyOf } from '@countersign/contracts';
import { Injectable } from '@nestjs/common';
import { SealedValueStore } from './sealed-value.store.js';
import { Sealer } from './sealer.js';

/** Which keys of the ring guard how many values. */
@Injectable()
export class ShowKeyRing {
  constructor(
    private readonly values: SealedValueStore,
    private readonly sealer: Sealer,
  ) {}

  async run(): Promise<ReplyOf<typeof commonOperations.authentication.showKeyRing>> {
    const uses = await this.values.countByKey();
    return {
      currentKeyId: this.sealer.ring.currentKeyId,
      sealed: uses.map(({ keyId, count }) => ({ keyId, count, isInRing: this.sealer.knows(keyId) })),
    };
  }
}
