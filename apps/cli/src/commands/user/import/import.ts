import { monotonicMs } from '@countersign/clock';
import { withLastingBus } from '../../../bus/operator-bus.js';
import { allLockedForThisProcess } from '../../../configuration/process-lock.js';
import type { Invocation } from '../../../invocation.js';
import type { ExitCode } from '../../../output/exit-code.js';
import { Progress } from '../../../output/progress.js';
import type { RawRecords } from '../../../records/user-record.js';
import { chunksOf, judgeChunk } from './chunks.js';
import { importOptionsOf, lockPathOf } from './import-options.js';
import { exitCodeOf, printReport, reportOf } from './import-report.js';
import { ImportServices } from './import-services.js';
import { inputAt } from './input-file.js';
import type { Journal } from './journal.js';
import { isKept, openJournal } from './open-journal.js';
import { readIn } from './tally.js';
import { UnderWay } from './under-way.js';

/** Imports users from a file. What was interrupted, however, is gone on with by the same command. */
export async function importUsersCommand(invocation: Invocation): Promise<ExitCode> {
  const { terminal } = invocation;
  const options = importOptionsOf(invocation);
  const input = await inputAt(options.path, () => terminal.openStdin());
  const progress = new Progress(terminal, input.file?.bytes, monotonicMs);
  const written = isKept(options, input) ? [options.statePath, options.refusedPath] : [options.refusedPath];
  const release = allLockedForThisProcess(written.map(lockPathOf), `an import of ${options.path}`);
  return withLastingBus(invocation, async (bus) => {
    const services = new ImportServices(bus, options, (text) => progress.complain(text));
    const journal = await openJournal(services, options, input, terminal);
    progress.begin(readIn(journal.tally), journal.bytesDone);
    const leaveOff = () => {
      services.giveUp();
      journal.save();
      if (journal.isKept) progress.say('left off; the same command goes on here');
    };
    process.once('exit', leaveOff);
    try {
      await importAll(input.open(options.format, options.columns), services, journal, progress);
      journal.save();
      const report = reportOf(options, journal, await services.users(), progress.seconds());
      journal.finish();
      progress.clear();
      printReport(terminal, report, journal.firstRefusals);
      return exitCodeOf(report);
    } catch (error) {
      leaveOff();
      throw error;
    } finally {
      process.off('exit', leaveOff);
    }
  }).finally(release);
}

/** Reads no faster than the services take: what waits is a few chunks, whatever the size of the file. */
async function importAll(
  records: RawRecords,
  services: ImportServices,
  journal: Journal,
  progress: Progress,
): Promise<void> {
  const underWay = new UnderWay();
  for await (const cut of chunksOf(records)) {
    if (journal.isDone(cut.number)) continue;
    const chunk = judgeChunk(cut);
    await underWay.room(chunk.number, chunk.names);
    journal.begin();
    underWay.start(chunk.number, chunk.names, async () => {
      journal.add(await services.send(chunk, journal.importId));
      progress.update(readIn(journal.tally), journal.bytesDone);
    });
  }
  await underWay.idle();
  // also of a file in which nothing was to be asked for: what an earlier import left is not its own
  journal.begin();
}
