import { closeSync, constants, fstatSync, fsyncSync, ftruncateSync, openSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { withFile } from './file-fault.js';
import { syncFolder } from './private-file.js';

/** A file of mode 0600 that only grows. Its writer counts the bytes that are on the disk, and resumes behind them. */
export class PrivateLog {
  private isSynced = true;
  private isOpen = true;

  private constructor(
    private readonly path: string,
    private readonly descriptor: number,
    private written: number,
  ) {}

  /** @throws Error of the file system, EEXIST when the file exists: an attacker may have made it to read what is written */
  static create(path: string): PrivateLog {
    return new PrivateLog(
      path,
      withFile(path, 'written', () => openSync(path, 'ax', 0o600)),
      0,
    );
  }

  /**
   * Opens what an earlier process wrote and cuts off what follows the bytes that it counted. Links are not followed.
   *
   * @throws Error of the file system, also when the file is shorter than that
   */
  static resume(path: string, bytes: number): PrivateLog {
    const { O_WRONLY, O_APPEND, O_NOFOLLOW } = constants;
    const descriptor = withFile(path, 'written', () => openSync(path, O_WRONLY | O_APPEND | O_NOFOLLOW));
    const { size } = fstatSync(descriptor);
    if (size < bytes) {
      closeSync(descriptor);
      throw new Error(`${path} has ${size} bytes, expected ${bytes}`);
    }
    ftruncateSync(descriptor, bytes);
    return new PrivateLog(path, descriptor, bytes);
  }

  /** Bytes that were appended; they are on the disk after `sync`. */
  get bytes(): number {
    return this.written;
  }

  append(text: string): void {
    this.isSynced = false;
    withFile(this.path, 'written', () => writeFileSync(this.descriptor, text));
    this.written += Buffer.byteLength(text);
  }

  sync(): void {
    if (this.isSynced) return;
    withFile(this.path, 'written', () => {
      fsyncSync(this.descriptor);
      syncFolder(dirname(this.path));
    });
    this.isSynced = true;
  }

  close(): void {
    if (this.isOpen) closeSync(this.descriptor);
    this.isOpen = false;
  }
}
