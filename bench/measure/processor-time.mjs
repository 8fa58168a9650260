import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ of proc(5): 100 on every Linux that Node runs on. */
const TICK_MICROSECONDS = 10_000;

/** Whether this machine can tell. */
export const canTellProcessorTime = process.platform === 'linux';

/**
 * User and system time that processes have used so far, with that of their children, living and dead: a database
 * serves from children that come and go.
 *
 * @param {readonly number[]} pids
 * @returns {number} microseconds, in steps of 10 ms; NaN where there is no /proc
 */
export function processorTimeOf(pids) {
  if (!canTellProcessorTime) return Number.NaN;
  const parents = new Set(pids);
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && !parents.has(Number(name)))
    .map(Number)
    .flatMap((pid) => readStat(pid) ?? [])
    .filter(({ parent }) => parents.has(parent));
  const own = pids.flatMap((pid) => readStat(pid) ?? []);
  const ticks = own.reduce((sum, stat) => sum + stat.ticks + stat.ticksOfDead, 0);
  return (ticks + children.reduce((sum, stat) => sum + stat.ticks, 0)) * TICK_MICROSECONDS;
}

/** Fields 4 and 14 to 17 of proc_pid_stat(5); the name before them may hold anything but is in the last brackets. */
function readStat(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return {
      parent: Number(fields[1]),
      ticks: Number(fields[11]) + Number(fields[12]),
      ticksOfDead: Number(fields[13]) + Number(fields[14]),
    };
  } catch {
    return undefined;
  }
}
