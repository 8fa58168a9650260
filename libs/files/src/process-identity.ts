import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';

/**
 * A process that cannot be mistaken for a later one with the same number: process ids are given again, often soon
 * after a crash or in a restarted container, so a signal by number alone may end a stranger.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /**
   * Letters, digits, dashes: the boot of the machine, the PID namespace in which the number counts, and the start in
   * ticks (Linux), or the start time as `ps` words it.
   */
  readonly birth: string;
}

/** The identity of the living process with this number; undefined when there is none (a zombie counts as dead). */
export function identify(pid: number): ProcessIdentity | undefined {
  const birth = process.platform === 'linux' ? birthFromProc(pid) : birthFromPs(pid);
  return birth === undefined ? undefined : { pid, birth };
}

/** Whether exactly this process is still running. One of another PID namespace cannot be seen: ask `isElsewhere` too. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.birth === identity.birth;
}

/**
 * Whether a process counts in another PID namespace of this boot, such as in another container: from here nothing tells
 * whether it lives.
 */
export function isElsewhere({ birth }: ProcessIdentity): boolean {
  const [, bootOfIt, namespaceOfIt] = /^([0-9a-f]{8})-(\d+)-\d+$/.exec(birth) ?? [];
  return namespaceOfIt !== undefined && bootOfIt === boot() && namespaceOfIt !== namespace();
}

/** An identity as a part of a file's name. */
export function tagOf({ pid, birth }: ProcessIdentity): string {
  return `${pid}.${birth}`;
}

/** The identity that `tagOf` wrote; undefined if it is none. */
export function identityIn(tag: string): ProcessIdentity | undefined {
  const [, pid, birth] = /^(\d+)\.([\w-]+)$/.exec(tag) ?? [];
  return pid === undefined || birth === undefined ? undefined : { pid: Number(pid), birth };
}

/** The identity of this process. */
export function identifySelf(): ProcessIdentity {
  const self = identify(process.pid);
  if (self === undefined) {
    throw new Error('cannot read the start time of this process: expected /proc or ps');
  }
  return self;
}

/** proc_pid_stat(5): the name may hold blanks and brackets, so fields are counted from the last closing bracket. */
function birthFromProc(pid: number): string | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === undefined) {
    return undefined;
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startTicks] = [fields[0], fields[19]];
  return state === 'Z' || state === 'X' || startTicks === undefined
    ? undefined
    : `${boot()}-${namespace()}-${startTicks}`;
}

/** Ticks count from the boot: the same pid at the same tick of the next boot is another process. */
function boot(): string {
  return (readText('/proc/sys/kernel/random/boot_id') ?? 'boot').slice(0, 8);
}

/** pid_namespaces(7): numbers that this process sees in /proc count in its own namespace. */
function namespace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
  } catch {
    return '0';
  }
}

function birthFromPs(pid: number): string | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], {
      env: { PATH: '/bin:/usr/bin', LC_ALL: 'C', TZ: 'UTC' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    const [state = '', ...start] = line.split(/\s+/);
    return state.startsWith('Z') || start.length === 0 ? undefined : start.join('-').replaceAll(/[^\w]+/g, '-');
  } catch {
    return undefined;
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
