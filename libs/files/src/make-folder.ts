import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { withFile } from './file-fault.js';

/**
 * Makes a folder, and those above it, unless it exists. Node's own recursive way reports a read-only file system as
 * "no such file or directory".
 *
 * @param mode of the folders that it makes, within the umask
 * @throws Error of the file system that names the folder
 */
export function makeFolder(path: string, mode = 0o700): void {
  withFile(path, 'made', () => makeWithParents(path, mode));
}

function makeWithParents(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    makeWithParents(dirname(path), mode);
    mkdirSync(path, { mode });
  }
}
