import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { systemRandomness } from '@countersign/clock';

/** A file of mode 0600 that is written piece by piece beside its place, and put there when it is whole. */
export class GrowingFile {
  private descriptor: number | undefined;
  private readonly abandonAtExit = () => this.abandon();

  private constructor(
    private readonly temporary: string,
    private readonly path: string,
  ) {
    this.descriptor = openSync(temporary, 'wx', 0o600);
    process.once('exit', this.abandonAtExit);
  }

  /** @throws Error of the file system, such as for a folder that cannot be written */
  static beside(path: string): GrowingFile {
    const name = `.${basename(path)}.${systemRandomness.bytes(6).toString('hex')}.new`;
    return new GrowingFile(join(dirname(path), name), path);
  }

  /** Where it is read while it grows. */
  get readablePath(): string {
    return this.temporary;
  }

  append(text: string): void {
    if (this.descriptor === undefined) throw new Error('the file is closed');
    const bytes = Buffer.from(text);
    for (let from = 0; from < bytes.length; ) from += writeSync(this.descriptor, bytes, from);
  }

  /** Syncs and renames. */
  commit(): void {
    if (this.descriptor !== undefined) fsyncSync(this.descriptor);
    this.close();
    renameSync(this.temporary, this.path);
    process.off('exit', this.abandonAtExit);
  }

  /** Takes it away again; harmless after `commit`. */
  abandon(): void {
    if (this.descriptor === undefined) return;
    this.close();
    rmSync(this.temporary, { force: true });
    process.off('exit', this.abandonAtExit);
  }

  private close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }
}
