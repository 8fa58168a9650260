import { rmSync } from 'node:fs';
import { monotonicMs } from '@countersign/clock';
import { replaceSecretFile } from '../../../configuration/secret-file.js';
import type { ImportState } from './import-state.js';
import type { Refusal } from './refusal.js';
import type { RefusedFile } from './refused-file.js';
import { added, type ChunkResult, type Tally } from './tally.js';

/** What is lost by a kill is asked for again under the same keys; a sync for each chunk would cost more than that. */
const saveEveryMs = 1_000;

/**
 * Where an import is, kept beside its file, so that it can be gone on with. Chunks may be done in any order; they are
 * counted, and their refusals written down, in the order of the file.
 */
export class Journal {
  private readonly ahead: Map<number, ChunkResult>;
  private savedAt = Number.NEGATIVE_INFINITY;
  private isBegun = false;

  /** @param path `undefined`: nothing is kept, since it could not be gone on with */
  constructor(
    private state: ImportState,
    private readonly path: string | undefined,
    private readonly refused: RefusedFile,
  ) {
    this.ahead = new Map(state.ahead.map((result) => [result.number, result]));
  }

  /** Whether there is something to go on with. */
  get isKept(): boolean {
    return (this.isBegun || this.state.chunksDone > 0) && this.path !== undefined;
  }

  get importId(): string {
    return this.state.importId;
  }

  get usersBefore(): number {
    return this.state.usersBefore;
  }

  get tally(): Tally {
    return this.state.tally;
  }

  /** Bytes of the file up to which all is done. */
  get bytesDone(): number {
    return this.state.bytesDone;
  }

  /** To be shown. */
  get firstRefusals(): readonly Refusal[] {
    return this.refused.first;
  }

  isDone(chunk: number): boolean {
    return chunk < this.state.chunksDone || this.ahead.has(chunk);
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

  add(result: ChunkResult): void {
    this.ahead.set(result.number, result);
    this.advance();
    if (monotonicMs() - this.savedAt >= saveEveryMs) this.save();
  }

  /** Once this has returned, the import can be gone on with from here, whatever happens. */
  save(): void {
    this.savedAt = monotonicMs();
    if (!this.isBegun || this.path === undefined) return;
    this.refused.sync();
    const state = { ...this.state, refusedBytes: this.refused.bytes, ahead: [...this.ahead.values()] };
    replaceSecretFile(this.path, `${JSON.stringify(state)}\n`);
  }

  /** There is nothing left to go on with. */
  finish(): void {
    this.refused.close();
    if (this.path !== undefined) rmSync(this.path, { force: true });
  }

  private advance(): void {
    for (let next = this.next(); next !== undefined; next = this.next()) {
      this.ahead.delete(next.number);
      this.refused.append(next.refusals);
      this.state = {
        ...this.state,
        chunksDone: next.number + 1,
        bytesDone: next.end,
        tally: added(this.state.tally, next.tally),
      };
    }
  }

  private next(): ChunkResult | undefined {
    return this.ahead.get(this.state.chunksDone);
  }
}
