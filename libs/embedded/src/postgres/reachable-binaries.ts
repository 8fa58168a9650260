import { execFile } from 'node:child_process';
import { chmod, cp, lstat, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemRandomness } from '@countersign/clock';
import type { ServerLogger, ServerUser } from '../supervision/supervised-server.js';
import { binariesIn, type PostgresBinaries } from './postgres-binaries.js';

const run = promisify(execFile);
const OTHERS_WRITE = 0o022;
const OTHERS_READ = 0o004;

/**
 * Binaries that `user` can run. Those of a checkout below a private home (mode 0700), or of an install under a strict
 * umask, are out of reach for the user that root lends to PostgreSQL; then they are copied, once for each version, to
 * a folder that only root can write.
 *
 * @throws when no copy can be made or run, with what to do instead
 */
export async function makeReachable(
  binaries: PostgresBinaries,
  user: ServerUser | undefined,
  logger: ServerLogger,
  places: readonly string[] = ['/var/cache', '/var/lib', tmpdir()],
): Promise<PostgresBinaries> {
  const fault = await findFault(binaries, user);
  if (fault === undefined) {
    return binaries;
  }
  if (user === undefined) {
    throw new Error(`cannot run ${binaries.postgres}: ${fault}`);
  }
  const faults = [fault];
  for (const place of places) {
    try {
      const copy = await copyOnce(binaries, join(place, 'countersign'));
      const copyFault = await findFault(copy, user);
      if (copyFault === undefined) {
        logger.info({ folder: copy.folder, user: user.name }, 'postgresql runs from a copy of its programs');
        return copy;
      }
      faults.push(copyFault);
    } catch (error) {
      faults.push((error as Error).message);
    }
  }
  throw new Error(
    `user ${user.name} cannot run postgresql (${faults.join('; ')}): start as an ordinary user, or set DATABASE_URL`,
  );
}

/** Tries the programs as the user, which no reading of modes can replace; the shared files are told by their modes. */
async function findFault(binaries: PostgresBinaries, user: ServerUser | undefined): Promise<string | undefined> {
  const options = { cwd: '/', ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }) };
  try {
    await run(binaries.postgres, ['--version'], options);
    await run(binaries.initdb, ['--version'], options);
    const { mode, uid } = await stat(join(binaries.folder, 'share', 'postgresql', 'postgres.bki'));
    return user === undefined || uid === user.uid || mode & OTHERS_READ ? undefined : 'its shared files are private';
  } catch (error) {
    return (error as Error).message.trim().replaceAll(/\s*\n\s*/g, ' ');
  }
}

/** Copied under another name and then renamed, so that a copy is whole as soon as it exists. */
async function copyOnce(binaries: PostgresBinaries, base: string): Promise<PostgresBinaries> {
  const name = `postgresql-${binaries.version}-${process.platform}-${process.arch}`;
  const target = join(base, name);
  await mkdir(base).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') {
      throw error;
    }
  });
  await assertOnlyRootWrites(base);
  await chmod(base, 0o755);
  if ((await lstat(target).catch(() => undefined)) === undefined) {
    const temporary = `${target}.${systemRandomness.bytes(6).toString('hex')}`;
    await cp(binaries.folder, temporary, { recursive: true, verbatimSymlinks: true });
    await letOthersRead(temporary);
    await rename(temporary, target).catch(() => rm(temporary, { recursive: true, force: true }));
  }
  await assertOnlyRootWrites(target);
  return binariesIn(target, binaries.version);
}

/** In a folder like /tmp anybody could have put a PostgreSQL of theirs under our name. */
async function assertOnlyRootWrites(folder: string): Promise<void> {
  const found = await lstat(folder);
  if (!found.isDirectory() || found.uid !== 0 || (found.mode & OTHERS_WRITE) !== 0) {
    throw new Error(`${folder} is not a folder that only root can write`);
  }
}

async function letOthersRead(path: string): Promise<void> {
  const found = await lstat(path);
  if (found.isDirectory()) {
    await chmod(path, 0o755);
    await Promise.all((await readdir(path)).map((name) => letOthersRead(join(path, name))));
  } else if (found.isFile()) {
    await chmod(path, found.mode & 0o100 ? 0o755 : 0o644);
  }
}
