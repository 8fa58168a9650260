/**
 * Where time comes from. Everything that asks for the time is handed a `Clock`,
 * so that a spec moves time on instead of sleeping.
 */
export interface Clock {
  /** Milliseconds since the epoch, as the wall clock has it: it may jump, also backwards. */
  now(): number;
}

/** The wall clock of this machine. */
export const systemClock: Clock = Object.freeze({ now: () => Date.now() });

/** A clock that stands still until it is moved. For specs. */
export class FixedClock implements Clock {
  private currentMs: number;

  /** @param startMs milliseconds since the epoch */
  constructor(startMs: number) {
    this.currentMs = startMs;
  }

  now(): number {
    return this.currentMs;
  }

  /** Moves on by so many milliseconds; a negative number moves back, as a corrected wall clock does. */
  advance(ms: number): void {
    this.currentMs += ms;
  }

  /** Jumps to a time. */
  set(ms: number): void {
    this.currentMs = ms;
  }
}

/** Milliseconds since an unnamed origin of this process; never goes back. For durations and deadlines only. */
export function monotonicMs(): number {
  return performance.now();
}
