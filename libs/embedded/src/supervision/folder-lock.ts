import { randomInt } from 'node:crypto';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identifySelf, isAlive, type ProcessIdentity } from './process-identity.js';

/** A folder that this process alone may use until `release`. */
export interface FolderLock {
  release(): Promise<void>;
}

/** The folder is in use: by a living process, which this one must not disturb. */
export class FolderInUse extends Error {
  constructor(
    readonly folder: string,
    readonly holder: ProcessIdentity,
  ) {
    super(`${folder} is in use by process ${holder.pid}: stop that one first, or choose another data folder`);
    this.name = 'FolderInUse';
  }
}

const PREFIX = 'in-use-by.';
const TRIES = 6;

/**
 * Takes the folder for this process. Everybody who wants it first puts up a file named after themselves, then looks
 * for others: of two, the later one always sees the earlier one, so two can never both have it. The name says all
 * (pid and start time), so there is no half-written lock, and the file of a process that was killed is recognised as
 * dead however its number was given again. Newcomers that meet step back and try again after a random pause.
 *
 * @throws FolderInUse when another living process keeps it
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const self = identifySelf();
  for (let attempt = 1; ; attempt += 1) {
    const release = await putUpOwnFile(folder, self);
    const other = await findOther(folder, self);
    if (other === undefined) {
      return { release };
    }
    await release();
    if (attempt === TRIES) {
      throw new FolderInUse(folder, other);
    }
    await delay(randomInt(10, 80));
  }
}

async function putUpOwnFile(folder: string, self: ProcessIdentity): Promise<() => Promise<void>> {
  const path = join(folder, nameOf(self));
  try {
    await (await open(path, 'wx', 0o600)).close();
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? new FolderInUse(folder, self) : error;
  }
  return () => rm(path, { force: true });
}

async function findOther(folder: string, self: ProcessIdentity): Promise<ProcessIdentity | undefined> {
  for (const name of await readdir(folder)) {
    const holder = parse(name);
    if (holder === undefined || name === nameOf(self)) {
      continue;
    }
    if (isAlive(holder)) {
      return holder;
    }
    await rm(join(folder, name), { force: true });
  }
  return undefined;
}

function nameOf(identity: ProcessIdentity): string {
  return `${PREFIX}${identity.pid}.${identity.birth}`;
}

function parse(name: string): ProcessIdentity | undefined {
  const found = /^in-use-by\.(\d+)\.([\w-]+)$/.exec(name);
  return found?.[1] === undefined || found[2] === undefined ? undefined : { pid: Number(found[1]), birth: found[2] };
}
