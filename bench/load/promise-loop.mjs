import { performance } from 'node:perf_hooks';
import { percentile } from '../measure/statistics.mjs';

/**
 * Keeps so many calls of `work` under way until the time is over. What is under way then is waited for, not counted.
 *
 * @param {{ readonly inFlight: number, readonly durationMs: number, readonly work: () => Promise<void> }} load
 * @returns {Promise<import('./closed-loop.mjs').Sample>}
 */
export async function runPromiseLoop({ inFlight, durationMs, work }) {
  const latencies = [];
  const startedAt = performance.now();
  const until = startedAt + durationMs;
  const serve = async () => {
    for (let sentAt = performance.now(); sentAt < until; sentAt = performance.now()) {
      await work();
      const now = performance.now();
      if (now <= until) latencies.push(now - sentAt);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, serve));
  if (latencies.length === 0) throw new Error('not one call came back in time');
  const sorted = Float64Array.from(latencies).sort();
  const seconds = durationMs / 1_000;
  return { completed: sorted.length, seconds, p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99) };
}
