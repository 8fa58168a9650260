import { setTimeout as delay } from 'node:timers/promises';
import { monotonicMs } from '@countersign/clock';

/**
 * Waits until the condition holds: neither throws nor answers false. For specs, in place of a sleep.
 *
 * @returns what the condition answered
 * @throws when the deadline (default 5 s) passes: the condition's last error, or one that says so
 */
export async function eventually<T>(
  condition: () => T | Promise<T>,
  { deadlineMs = 5_000, everyMs = 10 }: { readonly deadlineMs?: number; readonly everyMs?: number } = {},
): Promise<T> {
  const until = monotonicMs() + deadlineMs;
  for (;;) {
    const outcome = await attempt(condition);
    if ('value' in outcome && outcome.value !== false) {
      return outcome.value;
    }
    if (monotonicMs() >= until) {
      throw 'error' in outcome ? outcome.error : new Error(`still not so after ${deadlineMs} ms: ${condition}`);
    }
    await delay(everyMs);
  }
}

async function attempt<T>(condition: () => T | Promise<T>): Promise<{ value: T } | { error: unknown }> {
  try {
    return { value: await condition() };
  } catch (error) {
    return { error };
  }
}
