import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createPrivateFile, makeFolder, withFile } from '@countersign/files';

/**
 * Secrets as files, a folder for each program that gets some: what a container mounts as a volume and a cluster keeps as a
 * Secret. A file exists whole or not at all, and is never written again: of two tasks that make it at once, one wins and the
 * other reads what that one made.
 */
export class SecretFolder {
  /** Names of the files that were made here, and of those that were there. */
  readonly made: string[] = [];
  readonly kept: string[] = [];

  constructor(private readonly path: string) {}

  /**
   * The text of a file, made now if it is not there.
   *
   * @param name `<who>/<what>`
   */
  ensure(name: string, make: () => string): string {
    const known = this.read(name);
    if (known === undefined && this.create(name, make())) this.made.push(name);
    else this.kept.push(name);
    return this.demand(name);
  }

  /** The text of a file without its line end, or `undefined` when it is not there. */
  read(name: string): string | undefined {
    const file = join(this.path, name);
    if (!existsSync(file)) return undefined;
    return withFile(file, 'read', () => readFileSync(file, 'utf8')).replace(/\r?\n$/, '');
  }

  /** @throws Error that names the file when it is not there or empty */
  demand(name: string): string {
    const text = this.read(name);
    if (text === undefined || text === '') {
      const finding = text === undefined ? 'is not there' : 'is empty';
      throw new Error(`secret ${join(this.path, name)} ${finding}: make it with the task secrets, or put it there`);
    }
    return text;
  }

  private create(name: string, text: string): boolean {
    const file = join(this.path, name);
    makeFolder(dirname(file));
    return createPrivateFile(file, text);
  }
}
