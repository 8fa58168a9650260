import { copyFile, open, readFile, stat, truncate } from 'node:fs/promises';

const LIMIT_BYTES = 8 * 1024 * 1024;
const TAIL_LINES = 12;

/**
 * The log of one server: a file that the server appends to through the descriptor it is given. Kept within twice the
 * limit: its contents are copied to `<path>.1` and cut off; the server's own descriptor stays good, as it appends.
 */
export class LogFile {
  constructor(readonly path: string) {}

  /** Opens for the server to append to; the caller closes its own descriptor once the server has it. */
  async open(): Promise<{ readonly fd: number; close(): Promise<void> }> {
    await this.rotate();
    return open(this.path, 'a', 0o600);
  }

  /** Moves the text away when there is too much of it. */
  async rotate(): Promise<void> {
    const { size } = await stat(this.path).catch(() => ({ size: 0 }));
    if (size > LIMIT_BYTES) {
      await copyFile(this.path, `${this.path}.1`);
      await truncate(this.path);
    }
  }

  /** The last lines, for the message of a failed start; from `offset` on, so that older runs are not quoted. */
  async tail(offset: number): Promise<string> {
    const text = await readFile(this.path).catch(() => Buffer.alloc(0));
    const lines = text.subarray(offset).toString('utf8').trim().split('\n');
    return lines.slice(-TAIL_LINES).join(' | ');
  }

  async size(): Promise<number> {
    return (await stat(this.path).catch(() => ({ size: 0 }))).size;
  }
}
