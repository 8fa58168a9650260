import { accessSync, constants } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isSameFile } from '../../../configuration/same-file.js';
import { type Invocation, word } from '../../../invocation.js';
import { usageFault } from '../../../output/failure.js';
import { type ColumnNames, columnNamesOf } from '../../../records/csv-columns.js';
import { type RecordFormat, recordFormatOf } from '../../../records/record-format.js';

/** What was asked for. */
export interface ImportOptions {
  /** `-` for stdin. */
  readonly path: string;
  readonly realm: string;
  readonly format: RecordFormat;
  readonly columns: ColumnNames;
  readonly createGroups: boolean;
  readonly update: boolean;
  readonly dryRun: boolean;
  readonly restart: boolean;
  readonly statePath: string;
  readonly refusedPath: string;
  /** Whether whatever file is at that place may go. */
  readonly mayReplaceRefused: boolean;
  /** How long a chunk is tried again. */
  readonly patienceMs: number;
}

const suitingPatienceMs = 5 * 60_000;

/** Where the progress and refusals of an import lie: beside its file, or here where that folder cannot be written. */
export function folderToWrite(folder: string): string {
  try {
    accessSync(folder, constants.W_OK);
    return folder;
  } catch {
    return '.';
  }
}

/** @throws Failure for usage */
export function importOptionsOf(invocation: Invocation): ImportOptions {
  const { configuration, given } = invocation;
  const path = word(invocation, 0);
  const format = recordFormatOf(given.text('format'), path);
  const columns = columnNamesOf(given.list('column'));
  if (format !== 'csv' && given.list('column').length > 0) throw usageFault('--column goes with CSV only');
  const folder = path === '-' ? '.' : folderToWrite(dirname(path));
  const name = path === '-' ? 'stdin' : basename(path);
  const beside = (ending: string) => join(folder, `${name}${ending}`);
  const [statePath, ownRefusedPath] = [beside('.import.json'), beside('.refused.jsonl')];
  const refusedPath = given.text('refused') ?? ownRefusedPath;
  const taken = [path, statePath].find((other) => isSameFile(refusedPath, other));
  if (taken !== undefined) throw usageFault(`--refused ${refusedPath} is ${taken}, which must stay`);
  return {
    path,
    realm: configuration.realm(),
    format,
    columns,
    createGroups: given.isSet('createGroups'),
    update: given.isSet('update'),
    dryRun: given.isSet('dryRun'),
    restart: given.isSet('restart'),
    statePath,
    refusedPath,
    mayReplaceRefused: refusedPath === ownRefusedPath || given.isSet('yes'),
    patienceMs: configuration.timeoutMs(suitingPatienceMs),
  };
}
