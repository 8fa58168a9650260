import { closeSync, existsSync, openSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs';
import { Failure } from '../../../output/failure.js';
import type { Refusal } from './judge-record.js';

/**
 * What was refused, as JSON Lines in the order of the file, of mode 0600: user ids are personal. It comes into being with
 * the first refusal.
 */
export class RefusedFile {
  private descriptor: number | undefined;

  private constructor(
    readonly path: string,
    private written: number,
  ) {}

  /** Takes away what an earlier import left. */
  static anew(path: string): RefusedFile {
    rmSync(path, { force: true });
    return new RefusedFile(path, 0);
  }

  /**
   * Goes on behind the first `bytes`: what was written after them is of chunks that will be asked for again.
   * @throws Failure when the file has fewer
   */
  static resumed(path: string, bytes: number): RefusedFile {
    if (bytes === 0) return RefusedFile.anew(path);
    const size = existsSync(path) ? statSync(path).size : 0;
    if (size < bytes) {
      throw new Failure('import.refused_file', `${path} has ${size} bytes, expected ${bytes} of the import so far`, {
        hint: 'put it back, or begin anew with --restart',
      });
    }
    truncateSync(path, bytes);
    return new RefusedFile(path, bytes);
  }

  /** Bytes so far. */
  get bytes(): number {
    return this.written;
  }

  append(refusals: readonly Refusal[]): void {
    if (refusals.length === 0) return;
    const text = Buffer.from(refusals.map((refusal) => `${JSON.stringify(refusal)}\n`).join(''));
    for (let from = 0; from < text.length; ) from += writeSync(this.open(), text, from);
    this.written += text.length;
  }

  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }

  /** A file that is new must not be one that somebody has put there for us to write into. */
  private open(): number {
    this.descriptor ??= openSync(this.path, this.written > 0 ? 'a' : 'ax', 0o600);
    return this.descriptor;
  }
}
