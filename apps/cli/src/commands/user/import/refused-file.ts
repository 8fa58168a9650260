import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder } from '../../../configuration/sync-folder.js';
import { Failure, usageFault } from '../../../output/failure.js';
import { type Refusal, refusalIn } from './refusal.js';

/** What of a file shows whether it is one of refusals. */
const headBytes = 64 * 1024;
/** Refusals that are kept to be shown. */
const mostShown = 5;

/**
 * What was refused, as JSON Lines in the order of the file, of mode 0600: user ids are personal. It comes into being with
 * the first refusal. What somebody else has at its place is neither taken away nor written into, links are not followed.
 */
export class RefusedFile {
  private descriptor: number | undefined;
  private readonly shown: Refusal[] = [];
  private isSynced = true;

  /**
   * @param written bytes of an interrupted import that is gone on with; 0: begun anew
   * @param mayReplace whether a file of that name that holds something else may go: by its name it is ours, or somebody
   *   has said yes
   */
  constructor(
    readonly path: string,
    private written: number,
    private readonly mayReplace: boolean,
  ) {}

  /**
   * Takes away what an earlier import left, or goes on behind what is written: what comes after is of chunks that will be
   * asked for again.
   * @throws Failure when what is there is not ours, or less than was written
   */
  begin(): void {
    const stat = lstatSync(this.path, { throwIfNoEntry: false });
    if (stat !== undefined && !stat.isFile())
      throw usageFault(`${this.path} is no file`, 'refusals need one: --refused');
    if (this.written > 0) this.goOn(stat !== undefined);
    else if (stat !== undefined) this.clearAway(stat.size);
  }

  /** Bytes so far. */
  get bytes(): number {
    return this.written;
  }

  /** The first of them. */
  get first(): readonly Refusal[] {
    return this.shown;
  }

  append(refusals: readonly Refusal[]): void {
    if (refusals.length === 0) return;
    this.show(refusals);
    const text = Buffer.from(refusals.map((refusal) => `${JSON.stringify(refusal)}\n`).join(''));
    for (let from = 0; from < text.length; ) {
      from += writeSync(this.open(), text, from, text.length - from, this.written + from);
    }
    this.written += text.length;
    this.isSynced = false;
  }

  /** All of it is on disk: who counts its bytes may rely on them. */
  sync(): void {
    if (this.isSynced || this.descriptor === undefined) return;
    fsyncSync(this.descriptor);
    syncFolder(dirname(this.path));
    this.isSynced = true;
  }

  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }

  private clearAway(size: number): void {
    if (!this.mayReplace && size > 0) {
      const descriptor = openSync(this.path, constants.O_RDONLY | constants.O_NOFOLLOW);
      const isOurs = refusalsIn(descriptor, size) !== undefined;
      closeSync(descriptor);
      if (!isOurs) throw usageFault(`${this.path} is there and holds no refusals`, '--yes replaces it');
    }
    rmSync(this.path, { force: true });
  }

  private goOn(isThere: boolean): void {
    const descriptor = isThere ? openSync(this.path, constants.O_RDWR | constants.O_NOFOLLOW) : undefined;
    this.descriptor = descriptor;
    const size = descriptor === undefined ? 0 : fstatSync(descriptor).size;
    const refusals = descriptor === undefined || size < this.written ? undefined : refusalsIn(descriptor, this.written);
    if (descriptor === undefined || refusals === undefined) {
      this.close();
      const found = size < this.written ? `has ${size} bytes` : 'holds something else';
      throw new Failure('import.refused_file', `${this.path} ${found}, expected ${this.written} of the import so far`, {
        hint: 'put it back, or begin anew with --restart',
      });
    }
    ftruncateSync(descriptor, this.written);
    this.show(refusals);
  }

  private show(refusals: readonly Refusal[]): void {
    this.shown.push(...refusals.slice(0, mostShown - this.shown.length));
  }

  /** A file that is new must not be one that somebody has put there for us to write into. */
  private open(): number {
    this.descriptor ??= openSync(this.path, 'wx', 0o600);
    return this.descriptor;
  }
}

/** The refusals at the beginning of a file; `undefined` when there is anything else among them. */
function refusalsIn(descriptor: number, size: number): readonly Refusal[] | undefined {
  const head = Buffer.alloc(Math.min(size, headBytes));
  const lines = head.toString('utf8', 0, readSync(descriptor, head, 0, head.length, 0)).split('\n');
  const refusals = lines.slice(0, -1).map(refusalIn);
  return refusals.length > 0 && refusals.every((refusal) => refusal !== undefined) ? refusals : undefined;
}
