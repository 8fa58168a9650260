import { setTimeout as delay } from 'node:timers/promises';
import { monotonicMs } from '@countersign/clock';

/**
 * Asks until the answer is yes or the time is over.
 *
 * @returns whether it became true in time
 */
export async function becomesTrue(
  condition: () => boolean | Promise<boolean>,
  withinMs: number,
  everyMs = 15,
): Promise<boolean> {
  const until = monotonicMs() + withinMs;
  for (;;) {
    if (await condition()) {
      return true;
    }
    if (monotonicMs() >= until) {
      return false;
    }
    await delay(everyMs);
  }
}
