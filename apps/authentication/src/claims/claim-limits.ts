/**
 * The largest skew that can be set, seconds. How far ahead dates may have been claimed is judged by it: another replica,
 * or an earlier run, may have allowed more than this one does.
 */
export const longestSkewSeconds = 900;

/** Settings of the replay store. */
export class ClaimLimits {
  constructor(
    /** How far the date of a request may lie from the store's clock, each way. */
    readonly skewSeconds: number,
    /** A promoted standby has every commit that was acknowledged. */
    readonly isStandbySynchronous: boolean,
    /** Longest run of one statement. */
    readonly statementTimeoutMs: number,
  ) {}
}
