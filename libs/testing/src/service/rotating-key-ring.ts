import { systemRandomness } from '@countersign/clock';
import { newKeyRing, parseKeyRing, withNewKey, withoutKey } from '@countersign/sealing';
import type { KeyRingSource } from '@countersign/settings';

/** A key ring that a spec changes under the running service, as an operator does with the file. */
export class RotatingKeyRing implements KeyRingSource {
  readonly place = 'the spec';
  readonly fault = undefined;
  private text = newKeyRing(systemRandomness);

  current() {
    return parseKeyRing(this.text);
  }
  knowing(keyId: string) {
    const ring = this.current();
    return ring.has(keyId) ? ring : undefined;
  }
  /** @returns the key that was current until now */
  rotate(): string {
    const { currentKeyId } = this.current();
    this.text = withNewKey(this.text, systemRandomness);
    return currentKeyId;
  }
  retire(keyId: string): void {
    this.text = withoutKey(this.text, keyId);
  }
  /** Another ring altogether: as if the file had been lost. */
  replace(): void {
    this.text = newKeyRing(systemRandomness);
  }
}
