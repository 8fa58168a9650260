import { monotonicMs } from '@countersign/clock';
import { LockedByProcess, type ProcessLock, takeLocks } from '@countersign/files';
import { withLastingBus } from '../../../bus/operator-bus.js';
import type { Invocation } from '../../../invocation.js';
import type { ExitCode } from '../../../output/exit-code.js';
import { Failure } from '../../../output/failure.js';
import { Progress } from '../../../output/progress.js';
import { type Chunk, chunksOf } from './chunks.js';
import { type ImportOptions, importOptionsOf } from './import-options.js';
import { exitCodeOf, printReport, reportOf } from './import-report.js';
import { ImportServices } from './import-services.js';
import { inOrder } from './in-order.js';
import { type Input, inputAt } from './input-file.js';
import { isKept, openJournal } from './journal.js';
import { readIn } from './results.js';

/** Imports users from a file. An import that was interrupted, in whatever way, is resumed by the same command. */
export async function importUsersCommand(invocation: Invocation): Promise<ExitCode> {
  const { terminal } = invocation;
  const options = importOptionsOf(invocation);
  const input = await inputAt(options.path, () => terminal.openStdin());
  const progress = new Progress(terminal, input.file?.bytes, monotonicMs);
  const lock = lockFor(options, input);
  return withLastingBus(invocation, async (bus) => {
    const services = new ImportServices(bus, options, (text) => progress.complain(text));
    const journal = await openJournal(services, options, input, terminal);
    progress.begin(readIn(journal.state.tally), journal.state.bytesDone);
    const leaveOff = () => {
      services.giveUp();
      journal.save();
      if (journal.isKept) progress.say('interrupted: run the same command again to resume');
    };
    process.once('exit', leaveOff);
    try {
      const chunks = chunksOf(input.open(options.format, options.columns), journal.state.bytesDone);
      const send = (chunk: Chunk) => {
        journal.begin();
        return services.send(chunk, journal.state.importId);
      };
      for await (const result of inOrder(chunks, send)) {
        journal.add(result);
        progress.update(readIn(journal.state.tally), journal.state.bytesDone);
      }
      // also for a file without records: what an earlier import left is removed
      journal.begin();
      journal.save();
      const report = reportOf(options, journal, await services.users(), progress.seconds());
      const warning = await services.hiddenUserWarning();
      journal.finish();
      progress.clear();
      printReport(terminal, report, journal.firstRefusals, journal.firstDifferences);
      if (warning !== undefined) terminal.warning(warning);
      return exitCodeOf(report);
    } catch (error) {
      leaveOff();
      throw error;
    } finally {
      process.off('exit', leaveOff);
    }
  }).finally(() => lock.release());
}

/**
 * One import at a time writes a state and a file of refusals.
 * @throws Failure while another one does
 */
function lockFor(options: ImportOptions, input: Input): ProcessLock {
  const { path, statePath, refusedPath } = options;
  const written = isKept(options, input) ? [statePath, refusedPath] : [refusedPath];
  try {
    return takeLocks(written.map((file) => `${file}.lock`));
  } catch (error) {
    if (!(error instanceof LockedByProcess)) throw error;
    throw new Failure('locked', `an import of ${path} is under way in another process (pid ${error.holder.pid})`);
  }
}
