import { closeSync, existsSync, linkSync, openSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { systemRandomness } from '@countersign/clock';
import { withFile } from './file-fault.js';
import { holdForKernel, isHeldInKernel } from './kernel-lock.js';
import { makeFolder } from './make-folder.js';
import { identifySelf, identityIn, isAlive, isElsewhere, type ProcessIdentity, tagOf } from './process-identity.js';

/** Something that this process alone may do until `release`; a process that ends releases its locks. */
export interface ProcessLock {
  release(): void;
}

/** Another living process of this machine holds the lock, or this one already does. */
export class LockedByProcess extends Error {
  override readonly name = 'LockedByProcess';

  constructor(
    what: string,
    readonly holder: ProcessIdentity,
    readonly advice = '',
  ) {
    super(`${what} is in use by process ${holder.pid}${advice}`);
  }
}

const tries = 6;
const shortestPauseMs = 10;
/** Behind the name of a lock that the kernel holds too. */
const inKernel = '.flock';

/**
 * Takes a lock for this process. Every process that wants it first puts up an empty file `<path>.<pid>.<start>`, then
 * looks for others: of two, the later one always sees the earlier one, so two never both have it. The name says all, so
 * no lock is half written, and the file of a process that was killed is known to be dead even when its number was given
 * again. Processes that meet step back and try again after a random pause.
 *
 * The name of a process in another container or on another host says nothing here. Where the program `flock` exists, the
 * holder also locks its file in the kernel, and a second name with `.flock` behind it says so: such a file is dead when the
 * kernel does not hold it any more. Without that, the lock of another PID namespace stays until an operator removes it.
 *
 * @throws LockedByProcess
 */
export function takeLock(path: string): ProcessLock {
  const self = identifySelf();
  for (let attempt = 1; ; attempt += 1) {
    const lock = putUp(path, self);
    const other = findOther(path, self);
    if (other === undefined) return lock.inKernel();
    lock.release();
    if (attempt === tries) throw new LockedByProcess(path, other, adviceOn(path, other));
    pause(shortestPauseMs + (systemRandomness.bytes(1)[0] ?? 0) / 4);
  }
}

/**
 * Takes several locks, or none.
 *
 * @throws LockedByProcess
 */
export function takeLocks(paths: readonly string[]): ProcessLock {
  const locks: ProcessLock[] = [];
  const release = () => {
    for (const lock of locks) lock.release();
  };
  try {
    for (const path of paths) locks.push(takeLock(path));
  } catch (error) {
    release();
    throw error;
  }
  return { release };
}

/**
 * Takes a folder, which is made when it is missing, for this process.
 *
 * @throws LockedByProcess
 */
export function lockFolder(folder: string): ProcessLock {
  makeFolder(folder);
  try {
    return takeLock(join(folder, 'in-use-by'));
  } catch (error) {
    if (!(error instanceof LockedByProcess)) throw error;
    const advice = error.advice === '' ? ': stop that one first, or choose another data folder' : error.advice;
    throw new LockedByProcess(folder, error.holder, advice);
  }
}

function adviceOn(path: string, holder: ProcessIdentity): string {
  if (isAlive(holder)) return '';
  if (existsSync(nameOf(path, holder) + inKernel)) return ' of another container or host: stop that one first';
  return ` of another container or PID namespace: once that one has ended, remove ${nameOf(path, holder)}`;
}

/** A lock before others were looked for. */
interface NewLock extends ProcessLock {
  /** Only for one that was won: it takes a program some milliseconds. */
  inKernel(): ProcessLock;
}

function putUp(path: string, self: ProcessIdentity): NewLock {
  const own = nameOf(path, self);
  const descriptor = create(own, path, self);
  let isHeld = true;
  const release = () => {
    if (!isHeld) return;
    isHeld = false;
    process.off('exit', release);
    removeLock(own);
    closeSync(descriptor);
  };
  process.once('exit', release);
  return {
    release,
    inKernel() {
      if (holdForKernel(descriptor)) linkSync(own, own + inKernel);
      return { release };
    },
  };
}

/** The name that others look for goes first. */
function removeLock(file: string): void {
  for (const name of [file, file + inKernel]) rmSync(name, { force: true });
}

function create(own: string, path: string, self: ProcessIdentity): number {
  try {
    return withFile(path, 'locked', () => openSync(own, 'wx', 0o600));
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? new LockedByProcess(path, self) : error;
  }
}

function findOther(path: string, self: ProcessIdentity): ProcessIdentity | undefined {
  for (const name of readdirSync(dirname(path))) {
    const holder = holderIn(name, basename(path));
    if (holder === undefined || name === basename(nameOf(path, self))) continue;
    const file = join(dirname(path), name);
    if (isAlive(holder) || isHeldElsewhere(file, holder)) return holder;
    removeEmpty(file);
  }
  return undefined;
}

function isHeldElsewhere(file: string, holder: ProcessIdentity): boolean {
  return (existsSync(file + inKernel) ? isHeldInKernel(file) : undefined) ?? isElsewhere(holder);
}

function nameOf(path: string, holder: ProcessIdentity): string {
  return `${path}.${tagOf(holder)}`;
}

/** @returns the process that a file of this name stands for, if it is a lock of that name */
function holderIn(name: string, lockName: string): ProcessIdentity | undefined {
  return name.startsWith(`${lockName}.`) ? identityIn(name.slice(lockName.length + 1)) : undefined;
}

/** A lock is empty: a file that holds something is no lock, whatever its name. */
function removeEmpty(file: string): void {
  if (statSync(file, { throwIfNoEntry: false })?.size === 0) removeLock(file);
}

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
