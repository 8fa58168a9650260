import { type ExitCode, exitCodes } from '../../../output/exit-code.js';
import { printOne } from '../../../output/result.js';
import type { Terminal } from '../../../output/terminal.js';
import { utf8Hint } from '../../../records/utf8-pieces.js';
import type { ImportOptions } from './import-options.js';
import type { Journal } from './journal.js';
import { type Difference, type Refusal, readIn, type Tally } from './results.js';

/** How an import ended; what `--json` prints. */
export interface ImportReport extends Tally {
  readonly realm: string;
  readonly file: string;
  readonly dryRun: boolean;
  /** Records of the file: those created, updated, the same, different and refused. */
  readonly read: number;
  readonly usersBefore: number;
  readonly usersAfter: number;
  /** Whether the realm now has just the users that it had before and those created. */
  readonly reconciled: boolean;
  readonly refusedFile?: string;
  readonly seconds: number;
}

export function reportOf(options: ImportOptions, journal: Journal, usersAfter: number, seconds: number): ImportReport {
  const { tally, usersBefore } = journal.state;
  const { realm, path, dryRun, refusedPath } = options;
  return {
    realm,
    file: path,
    dryRun,
    read: readIn(tally),
    ...tally,
    usersBefore,
    usersAfter,
    reconciled: usersBefore + (dryRun ? 0 : tally.created) === usersAfter,
    ...(tally.refused > 0 ? { refusedFile: refusedPath } : {}),
    seconds: Math.round(seconds * 10) / 10,
  };
}

/** @param firstRefusals are said beside it, so that a fault that all records share shows at once */
export function printReport(
  terminal: Terminal,
  report: ImportReport,
  firstRefusals: readonly Refusal[],
  firstDifferences: readonly Difference[],
): void {
  const { realm, file, read, usersBefore, usersAfter, refusedFile } = report;
  const counts = (['created', 'updated', 'same', 'different', 'refused'] as const).map(
    (name) => [name, String(report[name])] as const,
  );
  printOne(terminal, report, {
    name: realm,
    facts: [
      ['file', file],
      ['realm', realm],
      ['read', String(read)],
      ...counts.map(
        ([name, value]) =>
          [report.dryRun && (name === 'created' || name === 'updated') ? `would be ${name}` : name, value] as const,
      ),
      ['users before', String(usersBefore)],
      ['users after', String(usersAfter)],
      ['refused records', refusedFile],
    ],
  });
  for (const refusal of firstRefusals) terminal.remark(sentenceOf(refusal));
  if (report.refused > firstRefusals.length)
    terminal.remark(`and ${report.refused - firstRefusals.length} more refused`);
  for (const hint of hintsOf(firstRefusals)) terminal.remark(`hint: ${hint}`);
  if (!report.reconciled) terminal.warning(whyNot(report));
  for (const { line, userId, detail = 'it cannot be compared' } of firstDifferences)
    terminal.remark(`line ${line} (${userId}): different: ${detail}`);
  if (report.different > 0)
    terminal.remark('users counted as different exist with other values and were not changed; --update changes them');
  if (report.dryRun) terminal.remark('nothing was changed: --dry-run');
}

function hintsOf(refusals: readonly Refusal[]): readonly string[] {
  const hints = [
    ...(refusals.some(({ problem }) => problem === 'group.unknown') ? ['--create-groups creates missing groups'] : []),
    ...(refusals.some(({ detail }) => detail?.startsWith('is not UTF-8')) ? [utf8Hint] : []),
    ...(refusals.length > 0 ? ['correct the records in the file of refused records, then import that file'] : []),
  ];
  return hints;
}

function sentenceOf({ line, userId, problem, detail }: Refusal): string {
  const who = userId === undefined ? '' : ` (${userId})`;
  return `line ${line}${who}: ${problem}${detail === undefined ? '' : `: ${detail}`}`;
}

function whyNot({ usersBefore, created, usersAfter, dryRun }: ImportReport): string {
  const expected = usersBefore + (dryRun ? 0 : created);
  return `${expected} users were to be expected, there are ${usersAfter}: others have created or erased users meanwhile, or the import was resumed after more than 24 hours`;
}

/** Users that existed before are as good as created; a file of which nothing was taken has failed. */
export function exitCodeOf({ read, refused }: ImportReport): ExitCode {
  if (refused === 0) return exitCodes.done;
  return refused === read ? exitCodes.refused : exitCodes.partlyFailed;
}
