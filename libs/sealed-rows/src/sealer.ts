import { Problem } from '@countersign/contracts';
import { type Binding, keyIdOf, open, seal } from '@countersign/sealing';
import type { KeyRingSource } from '@countersign/settings';

/** A sealed value and the id of the key that guards it, which stands in a column of its own. */
export interface SealedValue {
  readonly sealed: Buffer;
  readonly keyId: string;
}

/** Seals and opens with the key ring as it is now: a rotated ring takes effect without a restart. */
export class Sealer {
  constructor(private readonly source: KeyRingSource) {}

  /** The key that values are sealed with now. */
  get currentKeyId(): string {
    return this.source.current().currentKeyId;
  }

  /** Where the ring comes from, for messages. */
  get place(): string {
    return this.source.place;
  }

  /** Why the ring cannot be read again; the last good one is in force meanwhile. */
  get ringFault(): string | undefined {
    this.source.current();
    return this.source.fault;
  }

  /** Whether values under this key can be opened. The ring is read again when it does not have the key. */
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
