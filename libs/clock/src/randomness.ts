import { createHash, randomBytes } from 'node:crypto';

/** Where chance comes from. */
export interface Randomness {
  /** So many unpredictable bytes, in a buffer of their own. */
  bytes(length: number): Buffer;
}

/** The operating system's generator (through OpenSSL's DRBG); fit for keys, salts and nonces. */
export const systemRandomness: Randomness = Object.freeze({ bytes: (length: number) => randomBytes(length) });

/** The same bytes for the same seed: SHA-256 in counter mode. For specs only: the seed gives the bytes away. */
export class SeededRandomness implements Randomness {
  private block = 0;
  private rest: Buffer = Buffer.alloc(0);

  constructor(private readonly seed: string) {}

  bytes(length: number): Buffer {
    while (this.rest.length < length) this.rest = Buffer.concat([this.rest, this.nextBlock()]);
    const taken = Buffer.from(this.rest.subarray(0, length));
    this.rest = this.rest.subarray(length);
    return taken;
  }

  private nextBlock(): Buffer {
    this.block += 1;
    return createHash('sha256').update(`${this.block}:${this.seed}`).digest();
  }
}
