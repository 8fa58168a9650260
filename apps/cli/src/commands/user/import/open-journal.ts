import { dirname, relative } from 'node:path';
import { systemClock, systemRandomness, uuidv7 } from '@countersign/clock';
import type { Terminal } from '../../../output/terminal.js';
import type { ImportOptions } from './import-options.js';
import type { ImportServices } from './import-services.js';
import { type ImportSubject, readState } from './import-state.js';
import type { Input } from './input-file.js';
import { Journal } from './journal.js';
import { RefusedFile } from './refused-file.js';
import { emptyTally, readIn } from './tally.js';

/**
 * The journal that an interrupted import of just this file has left, else a new one.
 * @throws Failure when what was left is of another file or another import
 */
export async function openJournal(
  services: ImportServices,
  options: ImportOptions,
  input: Input,
  terminal: Terminal,
): Promise<Journal> {
  const { realm, format, columns, createGroups, refusedPath, statePath, mayReplaceRefused } = options;
  const realmId = await services.realmId();
  const file = input.file ?? { bytes: 0, sha256: '' };
  const refused = relative(dirname(statePath), refusedPath);
  const subject: ImportSubject = { file, realmId, realm, format, columns: { ...columns }, createGroups, refused };
  const path = isKept(options, input) ? statePath : undefined;
  const left = path === undefined || options.restart ? undefined : readState(path, subject);
  if (left !== undefined) {
    terminal.remark(`resuming behind the ${readIn(left.tally)} records that are done`);
    return new Journal(left, path, new RefusedFile(refusedPath, left.refusedBytes, mayReplaceRefused));
  }
  const started = {
    version: 2 as const,
    importId: uuidv7(systemClock, systemRandomness),
    subject,
    usersBefore: await services.users(),
    bytesDone: 0,
    tally: emptyTally,
    refusedBytes: 0,
  };
  return new Journal(started, path, new RefusedFile(refusedPath, 0, mayReplaceRefused));
}

/** Whether an import can be resumed: it changes something, and its file can be read again. */
export function isKept({ dryRun }: ImportOptions, { file }: Input): boolean {
  return file !== undefined && !dryRun;
}
