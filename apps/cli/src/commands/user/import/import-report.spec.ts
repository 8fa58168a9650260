import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { Terminal } from '../../../output/terminal.js';
import { type ImportReport, printReport } from './import-report.js';
import type { Difference, Refusal } from './results.js';

const report: ImportReport = {
  realm: 'staff',
  file: 'users.csv',
  dryRun: false,
  read: 10,
  created: 2,
  updated: 0,
  same: 0,
  different: 1,
  refused: 7,
  usersBefore: 0,
  usersAfter: 2,
  reconciled: true,
  refusedFile: 'users.csv.refused.jsonl',
  seconds: 1,
};
const refusals: readonly Refusal[] = [
  { line: 2, userId: 'jdoe', problem: 'user.email_invalid', detail: 'emails.1 is no mail address' },
  { line: 3, problem: 'request.malformed' },
];

const differences: readonly Difference[] = [{ line: 4, userId: 'ann', detail: 'emails.1, passwordHash' }];

function saidOf(format: 'table' | 'json'): string {
  const stderr = new PassThrough();
  const terminal = new Terminal({
    stdout: new PassThrough(),
    stderr,
    openStdin: () => new PassThrough(),
    isStdinTerminal: false,
    format,
    colour: 'never',
    noColour: undefined,
    forceColour: undefined,
    terminalKind: 'xterm',
    isQuiet: false,
    isVerbose: false,
  });
  printReport(terminal, report, refusals, differences);
  return String(stderr.read() ?? '');
}

describe('the summary of an import', () => {
  it('says of the first refused records why they were, and how many more there are', () => {
    expect(saidOf('table')).toBe(
      [
        'line 2 (jdoe): user.email_invalid: emails.1 is no mail address',
        'line 3: request.malformed',
        'and 5 more refused',
        'hint: correct the records in the file of refused records, then import that file',
        'line 4 (ann): different: emails.1, passwordHash',
        'users counted as different exist with other values and were not changed; --update changes them\n',
      ].join('\n'),
    );
  });

  it('is the report alone for a program', () => expect(saidOf('json')).toBe(''));
});
