import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Randomness } from '@countersign/clock';
import { type Principal, principals, type RunningService, runningServices } from '@countersign/contracts';
import { createPrivateFile, writePrivateFile } from '@countersign/files';
import { newKeyRing } from '@countersign/sealing';
import { z } from 'zod';
import { type DataFolder, readJsonFile } from './data-folder.js';

const password = z.string().min(32);
const kept = z.object({
  postgres: z.record(z.string(), password),
  nats: z.record(z.string(), password),
  /** What earlier starts have made in the data folder, by its path there. It is never made a second time. */
  made: z.array(z.string()).default([]),
});
type Kept = z.output<typeof kept>;

/** Credentials of the embedded servers: all are random, and nothing has a default. */
export interface Secrets {
  /** Whether this is the first start on the data folder. */
  readonly areNew: boolean;
  readonly superuser: string;
  readonly databaseOwner: Readonly<Record<RunningService, string>>;
  readonly database: Readonly<Record<RunningService, string>>;
  readonly nats: Readonly<Record<Principal, string>>;
}

const mend = 'put it back from a backup; to start anew, choose another folder with COUNTERSIGN_DATA';

/**
 * Reads the credentials of the data folder, and makes them and the key rings at the first start (guarantee G12). A new
 * version of the program may add those of a service that is new. The file of the credentials is written before anything
 * else and lists what was made, so that an interrupted first start goes on and a lost file is known as lost.
 *
 * @param isDatabaseHere whether the database cluster belongs to the data folder
 * @throws Error that names the file that is missing or damaged
 */
export function openSecrets(folder: DataFolder, isDatabaseHere: boolean, randomness: Randomness): Secrets {
  const known = readKept(folder);
  if (known === undefined) assertUntouched(folder);
  assertComplete(folder, known?.made ?? [], isDatabaseHere);
  const { postgres, nats, made } = known ?? { postgres: {}, nats: {}, made: [] };
  const fresh = () => randomness.bytes(24).toString('base64url').padEnd(32, '0');
  const secrets: Secrets = {
    areNew: known === undefined,
    superuser: postgres['superuser'] ?? fresh(),
    databaseOwner: record(runningServices, (service) => postgres[`${service}_owner`] ?? fresh()),
    database: record(runningServices, (service) => postgres[service] ?? fresh()),
    nats: record(principals, (principal) => nats[principal] ?? fresh()),
  };
  const owners = Object.entries(secrets.databaseOwner).map(([service, value]) => [`${service}_owner`, value]);
  keep(folder, {
    postgres: { ...postgres, superuser: secrets.superuser, ...Object.fromEntries(owners), ...secrets.database },
    nats: { ...nats, ...secrets.nats },
    made,
  });
  const rings = runningServices.map((service) => folder.keyRing(service));
  for (const ring of rings) if (!existsSync(ring)) createPrivateFile(ring, newKeyRing(randomness));
  noteMade(folder, rings);
  return secrets;
}

/** A later start that does not find these stops, instead of making them anew. */
export function noteMade(folder: DataFolder, paths: readonly string[]): void {
  const known = readKept(folder);
  if (known === undefined) throw new Error(`${folder.secrets} is missing: ${mend}`);
  const names = paths.map((path) => relative(folder.path, path));
  keep(folder, { ...known, made: [...new Set([...known.made, ...names])] });
}

function readKept(folder: DataFolder): Kept | undefined {
  return readJsonFile(folder.secrets, kept, mend);
}

function keep(folder: DataFolder, changed: Kept): void {
  if (JSON.stringify(readKept(folder)) === JSON.stringify(changed)) return;
  writePrivateFile(folder.secrets, `${JSON.stringify(changed, null, 2)}\n`);
}

function assertUntouched(folder: DataFolder): void {
  const [trace] = folder.traces();
  if (trace !== undefined) throw new Error(`${folder.secrets} is missing, but ${trace} exists: ${mend}`);
}

function assertComplete(folder: DataFolder, made: readonly string[], isDatabaseHere: boolean): void {
  const expected = made
    .map((name) => join(folder.path, name))
    .filter((path) => isDatabaseHere || path !== folder.cluster);
  const missing = expected.filter((path) => !existsSync(path));
  if (missing.length === 0) return;
  const verb = missing.length === 1 ? 'is' : 'are';
  throw new Error(`${missing.join(', ')} ${verb} missing, but an earlier start made it: mount its volume, or ${mend}`);
}

function record<Key extends string>(keys: readonly Key[], value: (key: Key) => string): Record<Key, string> {
  return Object.fromEntries(keys.map((key) => [key, value(key)])) as Record<Key, string>;
}
