import 'reflect-metadata';
import { createLogger } from '@countersign/observability';
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

/** The first signal stops everything in order, also in the middle of a start; a second one ends this process at once. */
function stopOnSignal(starting: Promise<Running>): void {
  let isStopping = false;
  const stop = async (): Promise<void> => {
    if (isStopping) process.exit(130);
    isStopping = true;
    process.stderr.write('stopping …\n');
    await starting.then((running) => running.close()).catch(() => undefined);
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop());
}

main().catch((fault: unknown) => {
  process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`);
  process.exit(fault instanceof SettingsFault ? 2 : 1);
});
