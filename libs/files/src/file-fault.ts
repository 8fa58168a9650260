/** What the usual codes of the file system mean. */
const meanings: Readonly<Record<string, string>> = {
  EACCES: 'its mode or its owner denies this user access',
  EPERM: 'its mode or its owner denies this user access',
  EEXIST: 'something of that name exists',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'it would exceed the largest size of a file',
  EISDIR: 'it is a folder, expected a file',
  EIO: 'the disk reports an error',
  ELOOP: 'it is a symbolic link, expected a file',
  ENOENT: 'it or its folder does not exist',
  ENOSPC: 'no space is left on its disk',
  ENOTDIR: 'a part of its path is a file, expected a folder',
  EROFS: 'its file system is read-only',
};

/** An error of the file system whose message names the file and the reason: Node names no file when a write fails. */
export class FileFault extends Error {
  override readonly name = 'FileFault';

  constructor(
    path: string,
    action: FileAction,
    /** Such as `ENOSPC`. */
    readonly code: string,
    options?: ErrorOptions,
  ) {
    super(`${path} cannot be ${action}: ${meanings[code] ?? 'the file system refuses'} (${code})`, options);
  }
}

type FileAction = 'used' | 'read' | 'written' | 'locked' | 'made';

/**
 * Does something with a file.
 *
 * @throws FileFault in place of the usual errors of the file system
 */
export function withFile<T>(path: string, action: FileAction, run: () => T): T {
  try {
    return run();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof FileFault || code === undefined || meanings[code] === undefined) throw error;
    throw new FileFault(path, action, code, { cause: error });
  }
}
