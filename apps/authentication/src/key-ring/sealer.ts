import { Problem } from '@countersign/contracts';
import { KEY_RING } from '@countersign/hosting';
import { type Binding, type KeyRing, keyIdOf, open, seal } from '@countersign/sealing';
import type { KeyRingSource } from '@countersign/settings';
import { Inject, Injectable } from '@nestjs/common';

/** A sealed value and the id of the key that guards it, which stands in a column of its own. */
export interface SealedValue {
  readonly sealed: Buffer;
  readonly keyId: string;
}

/** Seals and opens with the key ring as it is now; a rotated ring takes effect without a restart. */
@Injectable()
export class Sealer {
  constructor(@Inject(KEY_RING) private readonly source: KeyRingSource) {}

  get ring(): KeyRing {
    return this.source.current();
  }

  /** Whether values under this key can be opened; the file is read again for one that is not known. */
  knows(keyId: string): boolean {
    return this.source.knowing(keyId) !== undefined;
  }

  seal(binding: Binding, plaintext: Buffer | string): SealedValue {
    return this.forMany()(binding, plaintext);
  }

  /** Seals many values with the ring as it is now: whether the file has changed is looked at once. */
  forMany(): (binding: Binding, plaintext: Buffer | string) => SealedValue {
    const ring = this.source.current();
    return (binding, plaintext) => ({ sealed: seal(ring, binding, plaintext), keyId: ring.currentKeyId });
  }

  /**
   * @throws Problem `key_ring.key_unknown` when no ring that we can read has the key
   * @throws SealBroken when the value was altered or moved
   */
  open(binding: Binding, sealed: Buffer): Buffer {
    const keyId = keyIdOf(sealed);
    const ring = this.source.knowing(keyId);
    if (ring === undefined) throw new Problem('key_ring.key_unknown', `${binding.table} was sealed with ${keyId}`);
    return open(ring, binding, sealed);
  }
}
