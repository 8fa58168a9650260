import 'reflect-metadata';
import { createLogger, onStopSignal } from '@countersign/observability';
import { SettingsFault } from '@countersign/settings';
import { launch, type Running } from './launcher.js';
import { showProgress } from './progress.js';
import { settings } from './settings.js';

/** Exit codes as the command line has them: 1 failed, 2 wrong settings. */
async function main(): Promise<void> {
  const values = settings.parse(process.env);
  const logger = createLogger({ service: 'all-in-one', level: values.LOG_LEVEL });
  const starting = launch(values, process.env, logger, showProgress(process.stderr));
  stopOnSignal(starting);
  const running = await starting;
  process.stderr.write(running.announcement);
  process.stdout.write(`ready ${running.url}\n`);
}

/** Stops everything in order, also in the middle of a start. */
function stopOnSignal(starting: Promise<Running>): void {
  const stop = async (): Promise<void> => {
    process.stderr.write('stopping …\n');
    await starting.then((running) => running.close()).catch(() => undefined);
    process.exit(0);
  };
  onStopSignal(() => void stop(), ['SIGINT', 'SIGTERM', 'SIGHUP']);
}

main().catch((fault: unknown) => {
  process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`);
  process.exit(fault instanceof SettingsFault ? 2 : 1);
});
