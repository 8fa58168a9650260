import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { Failure } from '../output/failure.js';
import { systemCodeOf } from '../output/failure-of.js';

/**
 * Keeps a second process of this machine from the same work. The lock of a process that is gone, such as one that was
 * killed, is taken over.
 * @param what the work is, for the sentence
 * @returns gives the lock back; a process that ends gives it back by itself
 * @throws Failure while the other process is there
 */
export function lockedForThisProcess(path: string, what: string): () => void {
  for (let attempt = 1; !taken(path); attempt += 1) {
    const pid = holderOf(path);
    if (attempt > 2 || (pid !== undefined && isThere(pid))) {
      throw new Failure(
        'locked',
        `${what} is under way in another process${pid === undefined ? '' : ` (pid ${pid})`}`,
        {
          hint: `if there is none, remove ${path}`,
        },
      );
    }
    rmSync(path, { force: true });
  }
  const release = () => {
    process.off('exit', release);
    rmSync(path, { force: true });
  };
  process.once('exit', release);
  return release;
}

function taken(path: string): boolean {
  try {
    const descriptor = openSync(path, 'wx', 0o600);
    writeSync(descriptor, `${process.pid}\n`);
    closeSync(descriptor);
    return true;
  } catch (error) {
    if (systemCodeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function holderOf(path: string): number | undefined {
  try {
    const text = readFileSync(path, 'utf8').trim();
    return /^[1-9][0-9]{0,9}$/.test(text) ? Number(text) : undefined;
  } catch {
    return undefined;
  }
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return systemCodeOf(error) === 'EPERM';
  }
}
