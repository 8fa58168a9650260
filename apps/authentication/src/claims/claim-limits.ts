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
