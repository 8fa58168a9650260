/** A reading of another clock, and when by `monotonicMs` it was asked for and answered. */
export interface Reading {
  readonly clockMs: number;
  readonly askedAt: number;
  readonly answeredAt: number;
}

/**
 * Notices that another clock was set: between two readings it has gone another way than the time that passed here. Which
 * of its two times was right cannot be told.
 */
export class ClockWatch {
  private last: Reading | undefined;

  /** @returns how far the clock was set, milliseconds, forward or back; undefined if it was not */
  note(reading: Reading): number | undefined {
    const { last } = this;
    this.last = reading;
    if (last === undefined) return undefined;
    const gone = reading.clockMs - last.clockMs;
    // The reading was taken at some time between question and answer.
    const [least, most] = [reading.askedAt - last.answeredAt, reading.answeredAt - last.askedAt];
    if (gone > most + SLEWED_MS) return gone - most;
    return gone < least - SLEWED_MS ? gone - least : undefined;
  }
}

/** A clock that is corrected slowly is not set: half a millisecond a second, and readings are minutes apart at most. */
const SLEWED_MS = 1_000;
