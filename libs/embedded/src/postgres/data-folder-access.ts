import { execFile } from 'node:child_process';
import { chmod, chown, lstat, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { ServerUser } from '../supervision/supervised-server.js';

const run = promisify(execFile);

/**
 * The path of the data folder that PostgreSQL is started with. When root starts it as another user, that user may be unable
 * to walk there (a checkout below a home of mode 0700). But it is started with the folder as its working directory,
 * which we, as root, can give it; and `/proc/self/cwd` leads there without a walk. PostgreSQL changes into its data
 * folder first of all and uses relative names from then on. Elsewhere than on Linux the plain name has to do.
 */
export function nameForServer(dataFolder: string, user: ServerUser | undefined): string {
  return user !== undefined && process.platform === 'linux' ? '/proc/self/cwd' : dataFolder;
}

/** Makes the server's user own the data, and keeps all others out (PostgreSQL insists on the latter). */
export async function giveTo(dataFolder: string, user: ServerUser | undefined): Promise<void> {
  const found = await stat(dataFolder);
  if (user !== undefined && found.uid !== user.uid) {
    await run('chown', ['-R', '-h', `${user.uid}:${user.gid}`, dataFolder]);
  }
  if ((found.mode & 0o777) !== 0o700) {
    await chmod(dataFolder, 0o700);
  }
}

/** Gives a single file to the server's user. */
export async function giveFileTo(path: string, user: ServerUser | undefined): Promise<void> {
  if (user !== undefined && (await lstat(path)).isFile()) {
    await chown(path, user.uid, user.gid);
  }
}
