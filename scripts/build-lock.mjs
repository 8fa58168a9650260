import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const PREFIX = 'building.';

/**
 * Runs `work` while no other process of this checkout does: two `npm start` or `npm test` at once would otherwise
 * write the same files. Everybody puts up a file named after themselves, then looks for others; of two, the later one
 * always sees the earlier one and steps back. The file of a process that was killed is recognised as dead by its start
 * time, however its number was given again.
 *
 * @param {string} folder where the files go
 * @param {() => Promise<T>} work
 * @param {(pid: number) => void} onWait told once, when another process holds the lock
 * @returns {Promise<T>}
 * @template T
 */
export async function withBuildLock(folder, work, onWait) {
  await mkdir(folder, { recursive: true });
  const own = `${PREFIX}${process.pid}.${await birthOf(process.pid)}`;
  for (let hasWaited = false; ; hasWaited = true) {
    await writeFile(join(folder, own), '');
    const other = await findOther(folder, own);
    if (other === undefined) {
      return await work().finally(() => rm(join(folder, own), { force: true }));
    }
    await rm(join(folder, own), { force: true });
    if (!hasWaited) {
      onWait(other);
    }
    await delay(50 + Math.random() * 200);
  }
}

async function findOther(folder, own) {
  for (const name of await readdir(folder)) {
    const [, pid, birth] = /^building\.(\d+)\.(\w+)$/.exec(name) ?? [];
    if (pid === undefined || name === own) {
      continue;
    }
    if ((await birthOf(Number(pid))) === birth) {
      return Number(pid);
    }
    await rm(join(folder, name), { force: true });
  }
  return undefined;
}

/** When the process began, in the kernel's ticks (Linux); elsewhere only whether it exists. */
async function birthOf(pid) {
  if (process.platform === 'linux') {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
    return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  }
  try {
    process.kill(pid, 0);
    return 'alive';
  } catch {
    return undefined;
  }
}
