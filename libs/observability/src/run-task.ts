import { SettingsFault } from '@countersign/settings';

/** A program was called with arguments that it does not have. */
export class UsageFault extends Error {
  override readonly name = 'UsageFault';
}

/**
 * What the entry file of a program does that does one thing and ends. Lines for people go to stderr; stdout is the
 * task's own. Exit codes: 0 done, 1 failed, 2 wrong arguments or settings.
 *
 * @param task answers a line that says what was done
 */
export async function runTask(task: () => Promise<string>): Promise<void> {
  try {
    process.stderr.write(`${await task()}\n`);
  } catch (fault) {
    process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`);
    process.exit(fault instanceof SettingsFault || fault instanceof UsageFault ? 2 : 1);
  }
  process.exit(0);
}
