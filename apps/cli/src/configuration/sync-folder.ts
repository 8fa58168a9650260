import { closeSync, fsyncSync, openSync } from 'node:fs';

/** A file that was made or renamed is on disk under its name only once its folder is. */
export function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
