/**
 * Files that this process keeps for itself, and locks between processes of one machine.
 *
 * - A private file has mode 0600 and is written whole: as a draft beside its place, synced, and renamed. A short write, a
 *   full disk, `kill -9` and a power cut leave the old content or the new, never a part ({@link writePrivateFile},
 *   {@link createPrivateFile}, {@link PrivateDraft}).
 * - A change of what a private file holds is read, changed and written under one lock ({@link changePrivateFile}).
 * - A private log only grows; its writer resumes behind the bytes that it counted ({@link PrivateLog}).
 * - A lock names its process by number, PID namespace and start time, so that the lock of a process that was killed is
 *   taken over, and that of a living one, or of one in another container, never is ({@link takeLock}, {@link lockFolder}).
 *
 * No other code writes files (test/architecture). All functions are synchronous: the files are small, and a caller that
 * holds a lock must not be interrupted by its own process.
 *
 * @module
 */
export { FileFault, withFile } from './file-fault.js';
export { makeFolder } from './make-folder.js';
export {
  changePrivateFile,
  createPrivateFile,
  lockPrivateFile,
  PrivateDraft,
  syncFolder,
  writePrivateFile,
} from './private-file.js';
export { PrivateLog } from './private-log.js';
export { identify, identifySelf, isAlive, type ProcessIdentity } from './process-identity.js';
export { LockedByProcess, lockFolder, type ProcessLock, takeLock, takeLocks } from './process-lock.js';
export { exposureOf, type PrivateFile, readPrivateFile } from './read-private-file.js';
