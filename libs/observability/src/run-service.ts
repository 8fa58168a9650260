import type { RunningService } from './health-server.js';

/**
 * What the entry file of a service does: starts it, says on stdout where it serves, and closes it in order on the
 * first signal. A second signal ends the process at once; so does a close that takes longer than `closeWithinMs`.
 */
export async function runService(start: () => Promise<RunningService>, closeWithinMs = 15_000): Promise<void> {
  let running: RunningService;
  try {
    running = await start();
  } catch (fault) {
    process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`);
    process.exit(1);
  }
  let isClosing = false;
  const close = (): void => {
    if (isClosing) process.exit(130);
    isClosing = true;
    setTimeout(() => process.exit(1), closeWithinMs).unref();
    void running.close().then(() => process.exit(0));
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, close);
  process.stdout.write(`ready ${running.url}\n`);
}
