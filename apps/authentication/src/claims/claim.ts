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
  /** Milliseconds since the epoch. */
  readonly signedAt: number;
}

export interface ClaimOutcome {
  readonly verdict: ClaimVerdict;
  /** The store has no epoch: it forgot, or it is another store. `ClaimKeeper` opens one. */
  readonly isMemoryLost: boolean;
  /** When it was decided, by the store's clock, milliseconds since the epoch. */
  readonly storeTime: number;
}

/** What names a use: two claims of one key are the same use, whatever else they say. */
export function claimKey(claim: Claim): string {
  return `${claim.applicationId} ${claim.mac.toString('latin1')}`;
}
