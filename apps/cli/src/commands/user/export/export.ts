import { monotonicMs } from '@countersign/clock';
import { withLastingBus } from '../../../bus/operator-bus.js';
import type { Invocation } from '../../../invocation.js';
import { type ExitCode, exitCodes } from '../../../output/exit-code.js';
import { isForProgram } from '../../../output/format.js';
import { Progress } from '../../../output/progress.js';
import { printOne } from '../../../output/result.js';
import type { UserRecord } from '../../../records/user-record.js';
import { type ExportOptions, exportOptionsOf } from './export-options.js';
import { ExportServices } from './export-services.js';
import { outputTo } from './output.js';
import { type Records, writeCsv, writeJsonLines } from './write-records.js';

/** Writes all users of a realm, as an import reads them. */
export async function exportUsersCommand(invocation: Invocation): Promise<ExitCode> {
  const { given, terminal } = invocation;
  const options = exportOptionsOf(invocation);
  if (given.isSet('dryRun')) {
    terminal.line(
      `would write the users of realm ${options.realm} to ${options.path === '-' ? 'stdout' : options.path}`,
    );
    return exitCodes.done;
  }
  for (const text of warningsOf(options)) terminal.warning(text);
  const { users, tooLarge } = await withLastingBus(invocation, async (bus) => {
    let progress: Progress | undefined;
    const services = new ExportServices(bus, options, (text) => progress?.complain(text));
    progress = new Progress(terminal, await services.users(), monotonicMs);
    try {
      const users = await writeAll(services.records(), options, progress, invocation);
      return { users, tooLarge: services.tooLarge };
    } finally {
      progress.clear();
    }
  });
  const { realm, path } = options;
  if (path === '-') terminal.remark(`${users} users of realm ${realm}`);
  else
    printOne(
      terminal,
      { realm, file: path, users },
      { name: path, facts: Object.entries({ realm, file: path, users: String(users) }) },
    );
  if (!options.secrets && !isForProgram(terminal.format))
    terminal.note('without PINs, questions and answers: they need --secrets');
  for (const userId of tooLarge) terminal.warning(`user ${userId} is left out: larger than a message can be`);
  return tooLarge.length === 0 ? exitCodes.done : exitCodes.partlyFailed;
}

/** Warnings shown to the operator and in script logs. */
function warningsOf({ passwords, secrets, path }: ExportOptions): readonly string[] {
  const place = path === '-' ? 'stdout' : path;
  return [
    ...(passwords
      ? [`PASSWORD HASHES of all users go to ${place}: a reader of them can try passwords at leisure`]
      : []),
    ...(secrets ? [`PINS AND ANSWERS of all users go to ${place} IN CLEAR`] : []),
  ];
}

async function writeAll(
  pages: Records,
  { path, format }: ExportOptions,
  progress: Progress,
  { terminal }: Invocation,
): Promise<number> {
  const output = outputTo(path, terminal);
  let users = 0;
  async function* counted(): AsyncGenerator<readonly UserRecord[], void> {
    for await (const page of pages) {
      yield page;
      users += page.length;
      progress.update(users, users);
    }
  }
  try {
    if (format === 'csv') await writeCsv(counted(), output, path);
    else await writeJsonLines(counted(), output);
    output.commit();
  } finally {
    output.abandon();
  }
  return users;
}
