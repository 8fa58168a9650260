import { readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { identify, isAlive, type ProcessIdentity } from '@countersign/files';
import { readPidFile } from './pid-file.js';
import { becomesTrue } from './poll.js';

/** One step of ending a process: the signal, and how long it may take to obey. */
export interface StopStep {
  readonly signal: NodeJS.Signals;
  readonly waitMs: number;
}

/** The kernel keeps this much of a program's name: proc_pid_comm(5). */
const COMM_LENGTH = 15;

/** Where a server's processes are to be found. */
export interface ServerTraces {
  readonly pidFile: string;
  /** The folder that the server alone works in. */
  readonly workingFolder: string;
  /** File name of the server's program. */
  readonly program: string;
}

/**
 * Ends what an earlier run left behind: the process of the pid file, then (Linux) every process of the same program
 * that has the folder as its working directory: the children of a server that was killed, and a server that was
 * started just before its pid could be written down. Nothing else is touched: a pid counts only with its start time.
 *
 * @returns how many were ended
 * @throws when one outlives SIGKILL
 */
export async function endOrphans(traces: ServerTraces, steps: readonly StopStep[]): Promise<number> {
  const known = await readPidFile(traces.pidFile);
  if (known !== undefined) {
    await endProcess(known, steps);
  }
  const others = await findWorkingIn(traces);
  for (const other of others) {
    await endProcess(other, steps);
  }
  return others.length + (known === undefined ? 0 : 1);
}

/** Ends one process, step by step, more and more firmly; SIGKILL is the last step in any case. */
export async function endProcess(identity: ProcessIdentity, steps: readonly StopStep[]): Promise<void> {
  for (const { signal, waitMs } of [...steps, { signal: 'SIGKILL' as const, waitMs: 5_000 }]) {
    sendSignal(identity, signal);
    if (await becomesTrue(() => !isAlive(identity), waitMs)) {
      return;
    }
  }
  throw new Error(`process ${identity.pid} does not end: expected it gone after SIGKILL`);
}

/** Signals the process if it is still the one meant. */
export function sendSignal(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(identity)) {
    return;
  }
  try {
    process.kill(identity.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
      throw error;
    }
  }
}

async function findWorkingIn(traces: ServerTraces): Promise<readonly ProcessIdentity[]> {
  const folder = await realpath(traces.workingFolder).catch(() => undefined);
  if (process.platform !== 'linux' || folder === undefined) {
    return [];
  }
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => ((await isAtWork(pid, folder, traces.program)) ? [pid] : [])),
  );
  return found
    .flat()
    .sort((a, b) => a - b)
    .flatMap((pid) => identify(pid) ?? []);
}

async function isAtWork(pid: number, folder: string, program: string): Promise<boolean> {
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
  const at = await readlink(`/proc/${pid}/cwd`).catch(() => '');
  return name.trimEnd() === program.slice(0, COMM_LENGTH) && at === folder;
}
