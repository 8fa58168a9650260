import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

/** Where systems have util-linux or busybox; the PATH of a user could name another program. */
const searchPath = '/usr/bin:/bin:/usr/sbin:/sbin';
const longestMs = 5_000;

/**
 * Locks an open file in the kernel (flock(2)). Node has no call for it, so the program `flock` does it on the
 * descriptor that it inherits: the lock belongs to the open file and outlives the program. The kernel releases it when this
 * process ends, however it ends, and shows it to all processes that open the same file, also from another container.
 *
 * @returns whether it is locked; false where the program does not exist or the file system has no locks
 */
export function holdForKernel(descriptor: number): boolean {
  return lock(descriptor) === 0;
}

/** Whether a living process holds the file; `undefined` where the kernel cannot be asked. */
export function isHeldInKernel(file: string): boolean | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? false : undefined;
  }
  try {
    const status = lock(descriptor);
    return status === 0 ? false : status === conflict ? true : undefined;
  } finally {
    closeSync(descriptor);
  }
}

/** Exit code of `flock -n` for a file that another holds. */
const conflict = 1;

function lock(descriptor: number): number | null {
  return spawnSync('flock', ['-x', '-n', '3'], {
    stdio: ['ignore', 'ignore', 'ignore', descriptor],
    env: { PATH: searchPath },
    timeout: longestMs,
  }).status;
}
