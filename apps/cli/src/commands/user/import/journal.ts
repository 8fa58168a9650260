import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { monotonicMs, systemClock, systemRandomness, uuidv7 } from '@countersign/clock';
import { writePrivateFile } from '@countersign/files';
import type { Terminal } from '../../../output/terminal.js';
import type { ImportOptions } from './import-options.js';
import type { ImportServices } from './import-services.js';
import { type ImportState, readState, subjectOf } from './import-state.js';
import type { Input } from './input-file.js';
import { mostShown, RefusedFile } from './refused-file.js';
import { added, type ChunkResult, type Difference, emptyTally, type Refusal, readIn } from './results.js';

/** What is lost by a kill is asked for again under the same keys; a sync for each chunk would cost more than that. */
const saveEveryMs = 1_000;

/** How far an import is, kept beside its file, so that it can be resumed. */
export class Journal {
  private savedAt = Number.NEGATIVE_INFINITY;
  private isBegun = false;
  private differences: readonly Difference[] = [];

  /** @param path `undefined`: nothing is kept, since the import could not be resumed */
  constructor(
    private current: ImportState,
    private readonly path: string | undefined,
    private readonly refused: RefusedFile,
  ) {}

  /** Whether there is something to resume. */
  get isKept(): boolean {
    return (this.isBegun || this.current.bytesDone > 0) && this.path !== undefined;
  }

  /** How far it is; `tally` and `bytesDone` change. */
  get state(): Readonly<ImportState> {
    return this.current;
  }

  /** To be shown. */
  get firstRefusals(): readonly Refusal[] {
    return this.refused.first;
  }

  /** Of this run, to be shown. */
  get firstDifferences(): readonly Difference[] {
    return this.differences;
  }

  /**
   * Before the first chunk leaves: without the id on disk a second run could not ask under the same keys. Not before, so
   * that a file or a flag that turns out to be wrong leaves nothing behind and takes nothing away.
   * @throws Failure when the file of refusals cannot be ours
   */
  begin(): void {
    if (this.isBegun) return;
    this.refused.begin();
    this.isBegun = true;
    this.save();
  }

  /** Notes the result of the next chunk. */
  add({ end, tally, refusals, differences }: ChunkResult): void {
    this.differences = [...this.differences, ...differences].slice(0, mostShown);
    this.refused.append(refusals);
    this.current = { ...this.current, bytesDone: end, tally: added(this.current.tally, tally) };
    if (monotonicMs() - this.savedAt >= saveEveryMs) this.save();
  }

  /** Once this has returned, the import can be resumed from here, whatever happens. */
  save(): void {
    this.savedAt = monotonicMs();
    if (!this.isBegun || this.path === undefined) return;
    this.refused.sync();
    writePrivateFile(this.path, `${JSON.stringify({ ...this.current, refusedBytes: this.refused.bytes })}\n`);
  }

  /** There is nothing left to resume. */
  finish(): void {
    this.refused.close();
    if (this.path !== undefined) rmSync(this.path, { force: true });
  }
}

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
  const subject = subjectOf(options, input, await services.realmId());
  const path = isKept(options, input) ? options.statePath : undefined;
  const left = path === undefined || options.restart ? undefined : readState(path, subject);
  const { statePath } = options;
  if (path !== undefined && dirname(statePath) !== dirname(options.path))
    terminal.remark(`the progress is kept in ${statePath}: the folder of the file cannot be written`);
  if (left !== undefined) terminal.remark(`resuming after ${readIn(left.tally)} records that are done`);
  const state: ImportState = left ?? {
    version: 3,
    importId: uuidv7(systemClock, systemRandomness),
    subject,
    usersBefore: await services.users(),
    bytesDone: 0,
    tally: emptyTally,
    refusedBytes: 0,
  };
  return new Journal(state, path, new RefusedFile(options.refusedPath, state.refusedBytes, options.mayReplaceRefused));
}

/** Whether an import can be resumed: it changes something, and its file can be read again. */
export function isKept({ dryRun }: ImportOptions, { file }: Input): boolean {
  return file !== undefined && !dryRun;
}
