import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { withFile } from './file-fault.js';

const everybodyElse = 0o077;
const ourGroupMayRead = 0o040;

/** What a file with a secret holds, and the state of it that was read. */
export interface PrivateFile {
  readonly content: Buffer;
  /** Why others than its owner could have opened the file; `undefined` when they could not. */
  readonly exposure: string | undefined;
}

/**
 * Reads a file with a secret. It is opened once, so that the mode is that of what was read.
 *
 * @throws Error of the file system
 */
export function readPrivateFile(path: string): PrivateFile {
  return withFile(path, 'read', () => {
    const descriptor = openSync(path, 'r');
    try {
      const { mode, uid } = fstatSync(descriptor);
      return { content: readFileSync(descriptor), exposure: exposureOf(mode, uid, process.getuid?.()) };
    } finally {
      closeSync(descriptor);
    }
  });
}

/**
 * Only its owner may open a file with a secret. A file that root owns may also be read by its group, unless this process is
 * root too: so a cluster lends a secret to a process that is not root. (PostgreSQL holds the key of its
 * certificate to the same rule.)
 *
 * @param owner user id of the file's owner
 * @param self user id of this process; none where there are no user ids, and then no modes either
 */
export function exposureOf(mode: number, owner: number, self: number | undefined): string | undefined {
  const isLent = owner === 0 && self !== undefined && self !== 0;
  const allowed = isLent ? ourGroupMayRead : 0;
  if ((mode & everybodyElse & ~allowed) === 0) return undefined;
  return `mode ${(mode & 0o777).toString(8)}, expected ${(0o600 | allowed).toString(8)} or less`;
}
