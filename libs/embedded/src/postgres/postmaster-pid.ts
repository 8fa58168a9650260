import { existsSync } from 'node:fs';
import { readFile, readlink, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { identify } from '@countersign/files';

/**
 * After a crash PostgreSQL finds its old `postmaster.pid` and starts only if no process has that number. Numbers are
 * given again (in a restarted container nearly always), and a killed postmaster keeps its number as a zombie until
 * its parent reaps it (the first process of a container may not): it would refuse to start, for ever.
 * Removes the file when the process of that number is dead or works elsewhere, so cannot serve this folder; in any
 * doubt it stays.
 */
export async function removeStalePostmasterPid(data: string): Promise<void> {
  const path = join(data, 'postmaster.pid');
  const text = await readFile(path, 'utf8').catch(() => '');
  const pid = Number(text.split('\n')[0]);
  if (process.platform !== 'linux' || !Number.isInteger(pid) || pid <= 0) {
    return;
  }
  const worksIn = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  const isElsewhere = worksIn !== undefined && worksIn !== (await realpath(data));
  const isZombie = identify(pid) === undefined && existsSync(`/proc/${pid}`);
  if (isElsewhere || isZombie) {
    await rm(path, { force: true });
  }
}

/** Whether PostgreSQL says, in its pid file, that this process takes connections: what pg_ctl -w waits for. */
export async function isPostmasterReady(data: string, pid: number): Promise<boolean> {
  const lines = (await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
}
