import type { ForeignHashCheck } from './foreign/foreign-hash.js';
import type { HashParameters } from './hash-parameters.js';

/**
 * What a check is expected to take, in milliseconds of one core of a server of the 2020s. Measured for each function at
 * the bounds of foreign-hash-bounds and at the defaults of the common libraries; within a factor of two, which is
 * enough to tell a hash of ours from fifty. {@link CostScale} carries it over to the machine at hand.
 */
export function argon2Ms({ memoryKib, iterations }: Pick<HashParameters, 'memoryKib' | 'iterations'>): number {
  // past the caches, and where the memory is fresh from the system each time, a block costs more than twice as much
  const microseconds = memoryKib > 32 * 1_024 ? 0.7 : 0.3;
  return (memoryKib * iterations * microseconds) / 1_000;
}

/** The same of a hash of another system, for a password of so many bytes of UTF-8. */
export function foreignMs(check: ForeignHashCheck, passwordBytes: number): number {
  switch (check.kind) {
    case 'argon2':
      return argon2Ms(argon2Parameters(check.text));
    case 'bcrypt':
      return 0.05 * 2 ** Number(check.text.slice(4, 6));
    case 'scrypt':
      return (check.cost * check.blockSize * check.parallelism * 0.4) / 1_000;
    case 'pbkdf2':
      return (check.rounds * PBKDF2_US[check.hash]) / 1_000;
    case 'digest':
    case 'hmac':
      return 0.01;
    case 'phpass':
      return (PHPASS_TEXTS[check.hash] * check.rounds * (1.5 + passwordBytes * 0.006)) / 1_000;
    case 'md5-crypt':
      return 1.6 + passwordBytes * 0.0023;
    case 'sha-crypt':
      return (check.rounds * (1.6 + passwordBytes * 0.0023)) / 1_000;
  }
}

/**
 * How slow this machine is: what the fastest of the first hashes of ours took, over what was expected. The first of all
 * waits for its thread to start, and any may meet a busy machine, so only the fastest tells.
 */
export class CostScale {
  private factor = 1;
  private measured = 0;
  private fastest = Number.POSITIVE_INFINITY;

  /** Milliseconds on this machine. */
  of(expectedMs: number): number {
    return expectedMs * this.factor;
  }

  /** Tells it that a check which was expected to take so long took so long. */
  note(expectedMs: number, tookMs: number): void {
    // what takes no longer than its own message to a thread says nothing about the machine
    if (this.measured === MEASURED || expectedMs < LEAST_MEASURED_MS) return;
    this.measured += 1;
    this.fastest = Math.min(this.fastest, tookMs / expectedMs);
    this.factor = Math.min(MOST_FACTOR, Math.max(LEAST_FACTOR, this.fastest));
  }
}

const MEASURED = 16;
const LEAST_MEASURED_MS = 4;
const LEAST_FACTOR = 0.5;
const MOST_FACTOR = 8;

/** Texts that are tried: see worker/foreign-hash.mjs. */
const PHPASS_TEXTS = { md5: 2, sha512: 1 } as const;
/** Microseconds an iteration. */
const PBKDF2_US = { sha1: 0.21, sha256: 0.22, sha512: 0.5 } as const;

/** Zero where the text is none of argon2: then the check itself is a fault, and a quick one. */
function argon2Parameters(text: string): Pick<HashParameters, 'memoryKib' | 'iterations'> {
  const found = /\$m=(?<memory>[0-9]{1,10}),t=(?<passes>[0-9]{1,10}),/.exec(text)?.groups;
  return { memoryKib: Number(found?.memory ?? 0), iterations: Number(found?.passes ?? 0) };
}
