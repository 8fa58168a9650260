import { lstatSync, type Stats } from 'node:fs';

/** Bits of a mode that let others than the owner write; all but the owner's; and those of everybody. */
export const othersMayWrite = 0o022;
export const othersMayOpen = 0o077;
export const everybodyMayWrite = 0o002;

/** What lies at a path itself, never what a link there leads to; `undefined` when there is nothing that we may see. */
export function statusOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

/**
 * Why something that was found, not named, may have been put there by another user: it is a link, belongs neither to
 * us nor to root, or has one of the `refused` bits in its mode. For people; `undefined` when nothing speaks against it.
 */
export function doubtOn(path: string, refused: number): string | undefined {
  const status = statusOf(path);
  if (status === undefined) return undefined;
  if (status.isSymbolicLink()) return `${path} is a link`;
  if (!isOurs(status) && status.uid !== 0) return `${path} belongs to another user (uid ${status.uid})`;
  return doubtOnMode(path, status, refused);
}

/** The same for a folder above the one that we are in: one of root's is not ours either, such as /tmp. */
export function doubtOnParent(folder: string): string | undefined {
  const status = statusOf(folder);
  if (status === undefined || !isOurs(status)) return `${folder} does not belong to us`;
  return doubtOnMode(folder, status, everybodyMayWrite);
}

/** Where there are no user ids, such as on Windows, there are no modes either. */
function isOurs({ uid }: Stats): boolean {
  const self = process.getuid?.();
  return self === undefined || uid === self;
}

function doubtOnMode(path: string, { mode }: Stats, refused: number): string | undefined {
  if (process.getuid === undefined || (mode & refused) === 0) return undefined;
  const mend = refused === othersMayOpen ? 'go-rwx' : 'go-w';
  return `others may ${refused === othersMayOpen ? 'open' : 'write'} ${path} (mode ${(mode & 0o777).toString(8)}), mend it with: chmod ${mend} ${path}`;
}
