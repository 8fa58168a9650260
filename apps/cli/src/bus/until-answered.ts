import { setTimeout as wait } from 'node:timers/promises';
import { monotonicMs } from '@countersign/clock';
import { Problem } from '@countersign/contracts';

export interface Patience {
  /** How long it is tried again, in milliseconds, counted from the first try. */
  readonly timeoutMs: number;
  /** Ends the waiting when the answer is no longer wanted. */
  readonly signal?: AbortSignal;
  /** Told before each pause. */
  readonly pauses?: (problem: Problem) => void;
}

/** One try waits at most so long; the bus allows a minute. */
const longestTryMs = 30_000;
const firstPauseMs = 250;
const longestPauseMs = 10_000;

/**
 * Asks again, after pauses that double, while the system is not up to it: not reachable, no answer in time, overloaded.
 * @param ask with how long it may take; it must be safe to be asked again
 * @throws Problem the last one, when the time is up, or any that will not pass
 */
export async function untilAnswered<T>(
  ask: (withinMs: number) => Promise<T>,
  { timeoutMs, signal, pauses }: Patience,
): Promise<T> {
  const endsAt = monotonicMs() + timeoutMs;
  for (let doubling = firstPauseMs; ; doubling = Math.min(doubling * 2, longestPauseMs)) {
    try {
      return await ask(Math.max(1, Math.min(longestTryMs, endsAt - monotonicMs())));
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 503 || signal?.aborted) throw error;
      const pauseMs = Math.max(doubling, (error.retryAfterSeconds ?? 0) * 1_000);
      if (monotonicMs() + pauseMs >= endsAt) throw error;
      pauses?.(error);
      await wait(pauseMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
      if (signal?.aborted) throw error;
    }
  }
}
