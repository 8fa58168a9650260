import { SettingsFault } from '@countersign/settings';
import type { RunningService } from './health-server.js';
import { onStopSignal } from './stop-signals.js';

const defaultCloseWithinMs = 15_000;

/**
 * What the entry file of a service does: starts it, says on stdout where it serves, and closes it in order when it is
 * told to stop; a close that takes longer than it may is broken off. Exit codes: 0 stopped, 1 failed, 2 wrong
 * settings, 130 stopped twice.
 */
export async function runService(start: () => Promise<RunningService>): Promise<void> {
  let running: RunningService;
  try {
    running = await start();
  } catch (fault) {
    process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`);
    process.exit(fault instanceof SettingsFault ? 2 : 1);
  }
  onStopSignal(() => {
    setTimeout(() => process.exit(1), running.closeWithinMs ?? defaultCloseWithinMs).unref();
    void running.close().then(() => process.exit(0));
  });
  process.stdout.write(`ready ${running.url}\n`);
}
