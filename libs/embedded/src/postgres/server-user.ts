import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { ServerUser } from '../supervision/supervised-server.js';

const run = promisify(execFile);
const CANDIDATES = ['postgres', 'nobody'];

/**
 * The user that PostgreSQL runs as: undefined means as we are. PostgreSQL refuses to run as root, so root lends it a
 * user without rights: the owner of the existing data (so that a start with sudo does not take them
 * from the person who made them), else `postgres`, else `nobody`.
 *
 * @throws when the data belong to another user and we are not root, or the machine has no user to lend
 */
export async function chooseServerUser(dataFolder: string): Promise<ServerUser | undefined> {
  const self = process.getuid?.();
  const owner = await stat(dataFolder).catch(() => undefined);
  if (self !== 0) {
    if (owner !== undefined && self !== undefined && owner.uid !== self) {
      throw new Error(
        `the postgresql data in ${dataFolder} belong to user ${owner.uid} and this process runs as user ${self}: ` +
          'start as that user or as root, or choose another data folder',
      );
    }
    return undefined;
  }
  if (owner !== undefined && owner.uid !== 0) {
    return { uid: owner.uid, gid: owner.gid, name: `uid ${owner.uid}` };
  }
  for (const name of CANDIDATES) {
    const user = await findUser(name);
    if (user !== undefined) {
      return user;
    }
  }
  throw new Error(
    `postgresql does not run as root and this machine has none of the users ${CANDIDATES.join(', ')}: ` +
      'start as an ordinary user, or set DATABASE_URL',
  );
}

async function findUser(name: string): Promise<ServerUser | undefined> {
  try {
    const [uid, gid] = await Promise.all(
      ['-u', '-g'].map(async (flag) => Number((await run('id', [flag, name])).stdout)),
    );
    return uid === undefined || gid === undefined || !(uid > 0) ? undefined : { uid, gid, name };
  } catch {
    return undefined;
  }
}
