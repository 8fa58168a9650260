import type { SignedRequest } from './sign-request.js';

/** Signatures of more than this many milliseconds ago cannot be made again: the clock has gone on. */
const rememberedMs = 1_000;

/**
 * Two equal requests of one millisecond have equal signatures, and the second is refused as a replay (contract A.5).
 * This remembers what was signed lately and dates a request that would repeat it a millisecond later.
 */
export class DistinctSignatures {
  private readonly datesBySignature = new Map<string, number>();

  /**
   * @param now milliseconds since the epoch
   * @param signAt signs the request with a date
   * @returns a signature that this object has not answered before
   */
  sign(now: number, signAt: (date: number) => SignedRequest): SignedRequest {
    this.forgetBefore(now - rememberedMs);
    for (let date = now; ; date += 1) {
      const signed = signAt(date);
      if (this.datesBySignature.has(signed.authorization)) continue;
      this.datesBySignature.set(signed.authorization, date);
      return signed;
    }
  }

  /** Entries stand in the order of signing, so that the oldest come first. */
  private forgetBefore(date: number): void {
    for (const [signature, signedAt] of this.datesBySignature) {
      if (signedAt >= date) return;
      this.datesBySignature.delete(signature);
    }
  }
}
