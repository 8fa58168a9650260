import type { RunningService } from './health-server.js';
import { onStopSignal } from './stop-signals.js';

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
  onStopSignal(() => {
    setTimeout(() => process.exit(1), closeWithinMs).unref();
    void running.close().then(() => process.exit(0));
  });
  process.stdout.write(`ready ${running.url}\n`);
}
