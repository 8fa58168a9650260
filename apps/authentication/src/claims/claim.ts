import type { ClaimVerdict } from '@countersign/contracts';

/** One use of a signature, as the gateway that verified it describes it. */
export interface Claim {
  /** A UUID, with or without hyphens. */
  readonly applicationId: string;
  /** The version of the application that the gateway knew. */
  readonly version: number;
  readonly keyVersion: number;
  /** The 32 bytes of the signature. */
  readonly mac: Buffer;
  /** Milliseconds since the epoch, within {@link isPlausibleDate}. */
  readonly signedAt: number;
}

export interface ClaimOutcome {
  readonly verdict: ClaimVerdict;
  /** The store has no epoch: it forgot, or it is another store. An operator has to open one. */
  readonly isMemoryLost: boolean;
}

const latestPlausibleMs = 253_402_300_799_999;

/** Dates that PostgreSQL can hold (1970 to 9999); any other is stale without asking it. */
export function isPlausibleDate(signedAt: number): boolean {
  return signedAt >= 0 && signedAt <= latestPlausibleMs;
}

/** What names a use: two claims of one key are the same use, whatever else they say. */
export function claimKey(claim: Claim): string {
  return `${claim.applicationId} ${claim.mac.toString('latin1')}`;
}
