import { existsSync } from 'node:fs';
import type { Invocation } from '../../../invocation.js';
import { usageFault } from '../../../output/failure.js';
import { type RecordFormat, recordFormatOf } from '../../../records/record-format.js';

/** What was asked for. */
export interface ExportOptions {
  /** `-` for stdout. */
  readonly path: string;
  readonly realm: string;
  readonly format: RecordFormat;
  readonly passwords: boolean;
  readonly secrets: boolean;
  readonly patienceMs: number;
}

const suitingPatienceMs = 5 * 60_000;

/** @throws Failure for usage; an existing file is only replaced with `--yes` */
export function exportOptionsOf({ configuration, given, words }: Invocation): ExportOptions {
  const path = words[0] ?? '-';
  if (path !== '-' && existsSync(path) && !given.isSet('yes')) throw usageFault(`${path} exists`, '--yes replaces it');
  return {
    path,
    realm: configuration.realm(),
    format: recordFormatOf(given.text('format'), path, path === '-' ? 'jsonl' : undefined),
    passwords: given.isSet('passwords'),
    secrets: given.isSet('secrets'),
    patienceMs: configuration.timeoutMs(suitingPatienceMs),
  };
}
