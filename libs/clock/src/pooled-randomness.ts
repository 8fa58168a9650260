import { type Randomness, systemRandomness } from './randomness.js';

const blockBytes = 8_192;

/**
 * The system's generator, drawn a block at a time and each byte handed out once: a draw costs some microseconds
 * whatever its length. For ids and traces; keys and nonces draw their own.
 */
class PooledRandomness implements Randomness {
  private block: Buffer = Buffer.alloc(0);
  private position = 0;

  bytes(length: number): Buffer {
    if (length > blockBytes) return systemRandomness.bytes(length);
    if (this.position + length > this.block.length) {
      this.block = systemRandomness.bytes(blockBytes);
      this.position = 0;
    }
    const taken = this.block.subarray(this.position, this.position + length);
    this.position += length;
    return taken;
  }
}

export const pooledRandomness: Randomness = new PooledRandomness();

let hexBlock = '';
let hexPosition = 0;

/** So many random bytes as lower-case hex, cut from a block that is written as text once. For traces. */
export function randomHex(bytes: number): string {
  const length = 2 * bytes;
  if (hexPosition + length > hexBlock.length) {
    hexBlock = systemRandomness.bytes(blockBytes).toString('hex');
    hexPosition = 0;
  }
  hexPosition += length;
  return hexBlock.slice(hexPosition - length, hexPosition);
}
