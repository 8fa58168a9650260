import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { systemRandomness } from '@countersign/clock';
import { withFile } from './file-fault.js';
import { identifySelf, identityIn, isAlive, isElsewhere, tagOf } from './process-identity.js';
import { type ProcessLock, takeLock } from './process-lock.js';

/** Replaces the file (mode 0600) as a whole, or makes it. */
export function writePrivateFile(path: string, content: string): void {
  const draft = PrivateDraft.beside(path);
  draft.append(content);
  draft.replace();
}

/**
 * Makes the file (mode 0600) as a whole unless a file of that name exists. Of two processes that do so at once, one wins.
 *
 * @returns whether this call made it
 */
export function createPrivateFile(path: string, content: string): boolean {
  const draft = PrivateDraft.beside(path);
  draft.append(content);
  return draft.create();
}

/**
 * Changes what a file holds now, under a lock: two changes at once would otherwise undo one another. The file stays as it
 * is when `change` throws.
 *
 * @returns what the file holds from now on
 * @throws LockedByProcess while another change is under way
 */
export function changePrivateFile(path: string, change: (content: string) => string): string {
  const lock = lockPrivateFile(path);
  try {
    const changed = change(withFile(path, 'read', () => readFileSync(path, 'utf8')));
    writePrivateFile(path, changed);
    return changed;
  } finally {
    lock.release();
  }
}

/**
 * Keeps other changes out for longer than one, until `release`.
 *
 * @throws LockedByProcess
 */
export function lockPrivateFile(path: string): ProcessLock {
  return takeLock(`${path}.lock`);
}

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW = 0 } = constants;

/**
 * A file of mode 0600 that is written beside its place and takes its name once it is whole. After a crash at any point,
 * also of the machine, a reader of the name finds the old content or all of the new. Opening it shows early that a folder
 * cannot be written, before a secret is made that could get lost. The draft is removed when the process ends; that of a
 * process that was killed, by the next draft for the same place. Root may write in a folder of another user: no link is
 * followed, and what is done to the draft is done to the file that was opened, whatever has its name by then.
 */
export class PrivateDraft {
  private descriptor: number | undefined;
  private readonly abandonAtExit = () => this.abandon();

  private constructor(
    private readonly place: string,
    /** Where the draft can be read while it grows. */
    readonly path: string,
  ) {
    this.descriptor = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    process.once('exit', this.abandonAtExit);
  }

  /** @throws Error of the file system, and when the place is a symbolic link */
  static beside(place: string): PrivateDraft {
    const word = systemRandomness.bytes(6).toString('hex');
    const name = `${draftsOf(place)}${tagOf(identifySelf())}.${word}.new`;
    const draft = withFile(place, 'written', () => new PrivateDraft(place, join(dirname(place), name)));
    try {
      fchmodSync(draft.opened(), 0o600);
      keepOwner(place, draft.opened());
      removeDeadDrafts(place);
      return draft;
    } catch (error) {
      draft.abandon();
      throw error;
    }
  }

  /** A draft that could not be written whole, such as on a full disk, is abandoned. */
  append(content: string): void {
    const descriptor = this.opened();
    try {
      // unlike writeSync, this goes on after a short write until all is written
      withFile(this.place, 'written', () => writeFileSync(descriptor, content));
    } catch (error) {
      this.abandon();
      throw error;
    }
  }

  /** Replaces the file, or makes it. */
  replace(): void {
    this.finish(() => renameSync(this.path, this.place));
  }

  /** @returns whether the draft became the file; it does not where a file exists */
  create(): boolean {
    return this.finish(() => {
      try {
        linkSync(this.path, this.place);
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
        throw error;
      }
    });
  }

  /** Removes the draft; no effect once it has taken its place. */
  abandon(): void {
    if (this.descriptor === undefined) return;
    closeSync(this.descriptor);
    this.descriptor = undefined;
    process.off('exit', this.abandonAtExit);
    rmSync(this.path, { force: true });
  }

  private finish<T>(takePlace: () => T): T {
    try {
      return withFile(this.place, 'written', () => {
        fsyncSync(this.opened());
        const result = takePlace();
        syncFolder(dirname(this.place));
        return result;
      });
    } finally {
      this.abandon();
    }
  }

  private opened(): number {
    if (this.descriptor === undefined) throw new Error(`the draft of ${this.place} is closed`);
    return this.descriptor;
  }
}

/** A new name is on the disk only once its folder is. */
export function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** A file that root replaces would otherwise belong to root, and the service that owns it could not read it. */
function keepOwner(place: string, draft: number): void {
  const old = lstatSync(place, { throwIfNoEntry: false });
  if (old === undefined) return;
  if (old.isSymbolicLink()) {
    const reason = `${place} is a symbolic link, expected a file: name the file itself`;
    throw Object.assign(new Error(reason), { code: 'ELOOP' });
  }
  const fresh = fstatSync(draft);
  if (old.uid !== fresh.uid || old.gid !== fresh.gid) fchownSync(draft, old.uid, old.gid);
}

/** How the names of all drafts of a place begin. */
function draftsOf(place: string): string {
  return `.${basename(place)}.`;
}

/** What a killed process has left may hold a secret that was retired since. */
function removeDeadDrafts(place: string): void {
  const start = draftsOf(place);
  try {
    for (const name of readdirSync(dirname(place))) {
      const [, tag = ''] = name.startsWith(start)
        ? (/^(.+)\.[0-9a-f]{12}\.new$/.exec(name.slice(start.length)) ?? [])
        : [];
      const writer = identityIn(tag);
      if (writer === undefined || isAlive(writer) || isElsewhere(writer)) continue;
      unlinkSync(join(dirname(place), name));
    }
  } catch {
    // of another user in a shared folder, or gone by now: no reason not to write
  }
}
