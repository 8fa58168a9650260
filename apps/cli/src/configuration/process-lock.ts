import { closeSync, fstatSync, linkSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { systemClock } from '@countersign/clock';
import { Failure } from '../output/failure.js';
import { systemCodeOf } from '../output/failure-of.js';

/** A lock without a name is one whose process has just made it, or was killed before it wrote its name. */
const longestNamelessMs = 10_000;

/**
 * Keeps a second process of this machine from the same work. The lock of a process that is gone, such as one that was
 * killed, is taken over.
 * @param what the work is, for the sentence
 * @returns gives the lock back; a process that ends gives it back by itself
 * @throws Failure while the other process is there, and for a file that is no lock
 */
export function lockedForThisProcess(path: string, what: string): () => void {
  if (!taken(path)) {
    clearAway(path, what);
    if (!taken(path)) throw underWay(path, what, undefined);
  }
  const release = () => {
    process.off('exit', release);
    rmSync(path, { force: true });
  };
  process.once('exit', release);
  return release;
}

/** The same for several at once: all of them or none. */
export function allLockedForThisProcess(paths: readonly string[], what: string): () => void {
  const releases: (() => void)[] = [];
  const release = () => {
    for (const one of releases) one();
  };
  try {
    for (const path of paths) releases.push(lockedForThisProcess(path, what));
  } catch (error) {
    release();
    throw error;
  }
  return release;
}

function taken(path: string): boolean {
  try {
    const descriptor = openSync(path, 'wx', 0o600);
    writeSync(descriptor, `${process.pid}\n`);
    closeSync(descriptor);
    return true;
  } catch (error) {
    if (systemCodeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Takes the lock of a process that is gone away. Two that find it at once must not both: whoever came second would take
 * the new lock of the first. So only who gets a second name for just this file may; while it is held open, no other file
 * can be taken for it.
 * @throws Failure unless it is such a lock and this process is the one
 */
function clearAway(path: string, what: string): void {
  const descriptor = opened(path);
  if (descriptor === undefined) return;
  try {
    const { ino } = fstatSync(descriptor);
    const holder = holderIn(descriptor, path);
    if (holder === 'unknown yet' || (holder !== 'nobody' && isThere(holder))) throw underWay(path, what, holder);
    const second = `${path}.${ino}`;
    if (!linked(path, second)) throw underWay(path, what, undefined);
    const isStillThis = statSync(second).ino === ino;
    if (isStillThis) rmSync(path, { force: true });
    rmSync(second, { force: true });
    if (!isStillThis) throw underWay(path, what, undefined);
  } finally {
    closeSync(descriptor);
  }
}

function opened(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function linked(path: string, second: string): boolean {
  try {
    linkSync(path, second);
    return true;
  } catch {
    return false;
  }
}

type Holder = number | 'nobody' | 'unknown yet';

/** @throws Failure when it holds something else: then it is somebody's file, and none of ours to take away */
function holderIn(descriptor: number, path: string): Holder {
  const stat = fstatSync(descriptor);
  const text = stat.isFile() && stat.size <= 20 ? readFileSync(descriptor, 'utf8').trim() : 'something';
  if (/^[1-9][0-9]{0,9}$/.test(text)) return Number(text);
  if (text !== '') throw new Failure('locked', `${path} is no lock`, { hint: 'put it elsewhere' });
  return systemClock.now() - stat.mtimeMs > longestNamelessMs ? 'nobody' : 'unknown yet';
}

function underWay(path: string, what: string, holder: Holder | undefined): Failure {
  const pid = typeof holder === 'number' ? ` (pid ${holder})` : '';
  return new Failure('locked', `${what} is under way in another process${pid}`, {
    hint: `if there is none, remove ${path}`,
  });
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return systemCodeOf(error) === 'EPERM';
  }
}
