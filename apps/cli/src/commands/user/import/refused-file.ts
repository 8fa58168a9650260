import { closeSync, lstatSync, openSync, readSync, rmSync } from 'node:fs';
import { PrivateLog } from '@countersign/files';
import { Failure, usageFault } from '../../../output/failure.js';
import { lineOf, type Refusal, refusalIn } from './results.js';

/** Bytes that are read at once. */
const pieceBytes = 64 * 1024;
/** Refusals that are shown, and that tell a file of refusals from another. */
export const mostShown = 5;

/**
 * What was refused, as JSON Lines in the order of the file, of mode 0600: it holds the records whole. The file comes into being
 * with the first refusal. Another file at its place is neither removed nor written into, and links are not followed.
 */
export class RefusedFile {
  private log: PrivateLog | undefined;

  /**
   * @param counted bytes that belong to the interrupted import that is resumed; 0 begins anew
   * @param mayReplace whether a file at that path with other contents may be removed
   */
  constructor(
    private readonly path: string,
    private readonly counted: number,
    private readonly mayReplace: boolean,
  ) {}

  /**
   * Removes what an earlier import left, or resumes behind the counted bytes: what follows them is of chunks that are
   * asked for again.
   * @throws Failure when the file there holds something else, or less than was counted
   */
  begin(): void {
    const stat = lstatSync(this.path, { throwIfNoEntry: false });
    if (stat !== undefined && !stat.isFile())
      throw usageFault(`${this.path} is no file`, 'refusals need one: --refused');
    const size = stat?.size ?? 0;
    if (this.counted > 0) this.resume(size);
    else if (stat !== undefined) this.clearAway(size);
  }

  /** Bytes so far. */
  get bytes(): number {
    return this.log?.bytes ?? this.counted;
  }

  /** The first refusals, to be shown. */
  get first(): readonly Refusal[] {
    return this.bytes === 0 ? [] : (refusalsIn(this.path, this.bytes) ?? []);
  }

  append(refusals: readonly Refusal[]): void {
    if (refusals.length === 0) return;
    this.log ??= PrivateLog.create(this.path);
    this.log.append(refusals.map((refusal) => `${lineOf(refusal)}\n`).join(''));
  }

  /** After this, all of it is on the disk, and its bytes may be counted. */
  sync(): void {
    this.log?.sync();
  }

  close(): void {
    this.log?.close();
  }

  private clearAway(size: number): void {
    if (!this.mayReplace && size > 0 && refusalsIn(this.path, size) === undefined)
      throw usageFault(`${this.path} is there and holds no refusals`, '--yes replaces it');
    rmSync(this.path);
  }

  private resume(size: number): void {
    if (size < this.counted || refusalsIn(this.path, this.counted) === undefined) {
      const found = size < this.counted ? `has ${size} bytes` : 'holds something else';
      throw new Failure('import.refused_file', `${this.path} ${found}, expected ${this.counted} of the import so far`, {
        hint: 'put it back, or start from the first record with --restart',
      });
    }
    this.log = PrivateLog.resume(this.path, this.counted);
  }
}

/** The refusals at the beginning of a file; `undefined` when there is anything else among them. */
function refusalsIn(path: string, size: number): readonly Refusal[] | undefined {
  const refusals = firstLines(path, size).map(refusalIn);
  return refusals.length > 0 && refusals.every((refusal) => refusal !== undefined) ? refusals : undefined;
}

function firstLines(path: string, size: number): readonly string[] {
  const descriptor = openSync(path, 'r');
  try {
    const piece = Buffer.alloc(pieceBytes);
    let bytes = Buffer.alloc(0);
    let lines: readonly string[] = [];
    while (lines.length < mostShown && bytes.length < size) {
      const read = readSync(descriptor, piece, 0, Math.min(pieceBytes, size - bytes.length), null);
      if (read === 0) break;
      bytes = Buffer.concat([bytes, piece.subarray(0, read)]);
      lines = bytes.toString('utf8').split('\n').slice(0, -1);
    }
    return lines.slice(0, mostShown);
  } finally {
    closeSync(descriptor);
  }
}
