import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type RunningService, runningServices } from '@countersign/contracts';
import {
  changePrivateFile,
  LockedByProcess,
  lockPrivateFile,
  type ProcessLock,
  writePrivateFile,
} from '@countersign/files';
import { type KeyRing, parseKeyRing, withKeysOf, withoutKey } from '@countersign/sealing';
import { copyWhileRetiring } from '@countersign/settings';
import { Failure, usageFault } from '../output/failure.js';

/** The key ring of one service, as it lies in the data folder. */
export interface KeyRingFile {
  readonly service: RunningService;
  readonly path: string;
}

/**
 * The key rings of a data folder: `keys/<service>.key-ring.json`.
 * @param service only that one's
 * @throws Failure when there is no such ring: rings kept elsewhere are changed where they are kept
 */
export function keyRingFiles(dataFolder: string | undefined, service: string | undefined): readonly KeyRingFile[] {
  if (service !== undefined && !runningServices.some((known) => known === service)) {
    throw usageFault(`--service ${service} is none of ${runningServices.join(', ')}`);
  }
  const wanted = runningServices.filter((known) => service === undefined || known === service);
  const files =
    dataFolder === undefined
      ? []
      : wanted
          .map((name): KeyRingFile => ({ service: name, path: join(dataFolder, 'keys', `${name}.key-ring.json`) }))
          .filter(({ path }) => existsSync(path));
  if (files.length > 0) return files;
  throw new Failure('key_ring.unknown', `no key ring in ${dataFolder ?? 'a data folder'}`, {
    hint: 'name the data folder with COUNTERSIGN_DATA; rings kept elsewhere are changed where they are kept',
  });
}

/** @throws Failure when the file is no key ring */
export function readKeyRing({ path }: KeyRingFile): KeyRing {
  try {
    finishRetirement(path);
  } catch (error) {
    // a retirement under way finishes itself
    if (!(error instanceof LockedByProcess)) throw error;
  }
  return ringIn(readFileSync(path, 'utf8'), path);
}

/**
 * Changes a key ring as a whole. A second change meanwhile is refused: it would undo the first, and with it lose a key
 * that values are already sealed under.
 * @throws Failure when another change is under way
 */
export function changeKeyRing({ path }: KeyRingFile, change: (json: string) => string): KeyRing {
  try {
    finishRetirement(path);
    const changed = changePrivateFile(path, (json) => checked(change(json)));
    return parseKeyRing(changed);
  } catch (error) {
    throw refusalOf(error);
  }
}

/**
 * Takes a key out of a ring, and puts it back unless `confirm` agrees; no other change comes between. The ring as it was
 * lies beside it meanwhile, so that no key is lost when this process is killed: the next command puts it back.
 * @throws Failure when another change is under way; whatever `confirm` throws
 */
export async function retireFrom({ path }: KeyRingFile, keyId: string, confirm: () => Promise<void>): Promise<void> {
  const lock = lockRing(path);
  try {
    putBack(path);
    const before = readFileSync(path, 'utf8');
    const after = withoutKey(before, keyId);
    writePrivateFile(copyWhileRetiring(path), before);
    writePrivateFile(path, after);
    try {
      await confirm();
    } catch (error) {
      writePrivateFile(path, before);
      rmSync(copyWhileRetiring(path));
      throw error;
    }
    rmSync(copyWhileRetiring(path));
  } finally {
    lock.release();
  }
}

/** @throws KeyRingFault, so that a ring which no service could read is never written */
function checked(json: string): string {
  parseKeyRing(json);
  return json;
}

function ringIn(json: string, path: string): KeyRing {
  try {
    return parseKeyRing(json);
  } catch (error) {
    throw new Failure('key_ring.damaged', `${path} is damaged: ${(error as Error).message}`, {
      hint: 'put it back from a backup; running services keep the last good one meanwhile',
    });
  }
}

function lockRing(path: string): ProcessLock {
  try {
    return lockPrivateFile(path);
  } catch (error) {
    throw refusalOf(error);
  }
}

function refusalOf(error: unknown): unknown {
  if (!(error instanceof LockedByProcess)) return error;
  return new Failure('key_ring.locked', `another change of this key ring is under way: ${error.message}`, {
    hint: 'try again in a minute',
  });
}

/** Puts back the keys of a retirement that was killed before it was confirmed. */
function finishRetirement(path: string): void {
  if (!existsSync(copyWhileRetiring(path))) return;
  const lock = lockPrivateFile(path);
  try {
    putBack(path);
  } finally {
    lock.release();
  }
}

/** Needs the lock of the ring. */
function putBack(path: string): void {
  const copy = copyWhileRetiring(path);
  if (!existsSync(copy)) return;
  writePrivateFile(path, withKeysOf(readFileSync(path, 'utf8'), readFileSync(copy, 'utf8')));
  rmSync(copy);
}
