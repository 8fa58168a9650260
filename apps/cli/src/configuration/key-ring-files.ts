import { closeSync, existsSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type RunningService, runningServices } from '@countersign/contracts';
import { type KeyRing, parseKeyRing } from '@countersign/sealing';
import { Failure, usageFault } from '../output/failure.js';
import { systemCodeOf } from '../output/failure-of.js';
import { replaceSecretFile } from './secret-file.js';

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

/** @throws KeyRingFault when the file is no key ring */
export function readKeyRing({ path }: KeyRingFile): KeyRing {
  return parseKeyRing(readFileSync(path, 'utf8'));
}

/**
 * Changes a key ring as a whole: a lock file keeps a second change out, which would otherwise undo the first and with
 * it lose a key that values are already sealed under.
 * @throws Failure when another change is under way
 */
export function changeKeyRing({ path }: KeyRingFile, change: (json: string) => string): KeyRing {
  const release = lock(`${path}.lock`);
  try {
    const changed = change(readFileSync(path, 'utf8'));
    const ring = parseKeyRing(changed);
    replaceSecretFile(path, changed);
    return ring;
  } finally {
    release();
  }
}

/** A lock older than this was left by a process that was killed: the change itself takes milliseconds. */
const abandonedAfterMs = 60_000;

function lock(path: string): () => void {
  if (existsSync(path) && ageMs(path) > abandonedAfterMs) rmSync(path, { force: true });
  try {
    const descriptor = openSync(path, 'wx', 0o600);
    writeSync(descriptor, `${process.pid}\n`);
    closeSync(descriptor);
  } catch (error) {
    if (systemCodeOf(error) !== 'EEXIST') throw error;
    throw new Failure('key_ring.locked', `another change of this key ring is under way: ${path}`, {
      hint: 'try again in a minute',
    });
  }
  return () => rmSync(path, { force: true });
}

/** By the file system's own clock, which wrote the stamp; a probe beside it tells that clock's now. */
function ageMs(path: string): number {
  const probe = `${path}.${process.pid}`;
  closeSync(openSync(probe, 'w', 0o600));
  try {
    return statSync(probe).mtimeMs - statSync(path).mtimeMs;
  } finally {
    rmSync(probe, { force: true });
  }
}
