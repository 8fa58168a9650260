import { performance } from 'node:perf_hooks';

const BLOCK = 1_000;

/**
 * Serves orders of a parent: `work` over and over for so many milliseconds; answers microseconds a call.
 *
 * @param {(position: number) => void} work
 */
export function serveTightLoop(work) {
  process.on('message', ({ order: durationMs }) => {
    const startedAt = performance.now();
    let calls = 0;
    while (performance.now() - startedAt < durationMs) {
      for (let position = 0; position < BLOCK; position += 1) work(calls + position);
      calls += BLOCK;
    }
    process.send({ outcome: ((performance.now() - startedAt) * 1_000) / calls });
  });
  process.on('disconnect', () => process.exit());
}
