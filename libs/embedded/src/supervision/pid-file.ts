import { readFile, rm } from 'node:fs/promises';
import { identify, isAlive, type ProcessIdentity, writePrivateFile } from '@countersign/files';

/** Writes down which process serves a folder, whole or not at all; the next start reads it after a crash of ours. */
export function writePidFile(path: string, pid: number): void {
  const identity = identify(pid);
  if (identity !== undefined) writePrivateFile(path, `${JSON.stringify(identity)}\n`);
}

/** The process written down, when it still lives; undefined for no file, a damaged one, or a number given again. */
export async function readPidFile(path: string): Promise<ProcessIdentity | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  const identity = text === undefined ? undefined : parse(text);
  return identity !== undefined && isAlive(identity) ? identity : undefined;
}

/** Forgets the process. */
export async function removePidFile(path: string): Promise<void> {
  await rm(path, { force: true });
}

function parse(text: string): ProcessIdentity | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const { pid, birth } = value as Partial<ProcessIdentity>;
    return Number.isInteger(pid) && Number(pid) > 1 && typeof birth === 'string'
      ? { pid: Number(pid), birth }
      : undefined;
  } catch {
    return undefined;
  }
}
