import {
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { systemRandomness } from '@countersign/clock';
import { syncFolder } from './sync-folder.js';

/** A file that is written beside its place and put there as a whole. */
export interface PreparedFile {
  /** Writes, syncs and renames: whoever reads the place sees the old text or the new, also after a power cut. */
  commit(text: string): void;
  /** Takes the prepared file away again; harmless after `commit`. */
  abandon(): void;
}

/**
 * Opens a file of mode 0600 beside `path`, so that a folder that cannot be written shows before a secret is drawn.
 * An existing file keeps its owner.
 * @throws Error of the file system
 */
export function prepareSecretFile(path: string): PreparedFile {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${systemRandomness.bytes(6).toString('hex')}.new`);
  const descriptor = openSync(temporary, 'wx', 0o600);
  let isOpen = true;
  const abandon = () => {
    process.off('exit', abandon);
    if (isOpen) closeSync(descriptor);
    isOpen = false;
    rmSync(temporary, { force: true });
  };
  process.once('exit', abandon);
  return {
    commit(text) {
      writeSync(descriptor, text);
      fsyncSync(descriptor);
      keepOwner(path, temporary);
      renameSync(temporary, path);
      syncFolder(folder);
      abandon();
    },
    abandon,
  };
}

/** Replaces the text of a file of mode 0600 as a whole. */
export function replaceSecretFile(path: string, text: string): void {
  const prepared = prepareSecretFile(path);
  try {
    prepared.commit(text);
  } finally {
    prepared.abandon();
  }
}

/** Run by root, the new file would belong to root, and the service that owns the old one could not read it. */
function keepOwner(path: string, temporary: string): void {
  if (!existsSync(path)) return;
  const [old, fresh] = [statSync(path), statSync(temporary)];
  if (old.uid !== fresh.uid || old.gid !== fresh.gid) chownSync(temporary, old.uid, old.gid);
}
