/**
 * Where a listener keeps how far it is, per source: in the store that its handler writes to, so that an event's effect
 * and the position after it commit together. That makes at-least-once delivery exactly once in effect.
 */
export interface PositionStore<Tx> {
  /** Up to which sequence of `source` everything was applied; 0 when nothing was. */
  read(source: string): Promise<number>;
  /**
   * In one transaction: runs `work` and moves the position from `from` to `through`. Where another replica has moved it
   * already, neither.
   * @returns the position afterwards
   */
  apply(source: string, from: number, through: number, work: (tx: Tx) => Promise<void>): Promise<number>;
}
