import { existsSync } from 'node:fs';
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
});

/** Credentials of the embedded servers: all are random, and nothing has a default. */
export interface Secrets {
  readonly superuser: string;
  readonly databaseOwner: Readonly<Record<RunningService, string>>;
  readonly database: Readonly<Record<RunningService, string>>;
  readonly nats: Readonly<Record<Principal, string>>;
}

function record<Key extends string>(keys: readonly Key[], value: (key: Key) => string): Record<Key, string> {
  return Object.fromEntries(keys.map((key) => [key, value(key)])) as Record<Key, string>;
}

/** Reads the credentials of the data folder and adds those that are missing; also makes missing key rings. */
export function openSecrets(folder: DataFolder, randomness: Randomness): Secrets {
  const known = kept.safeParse(readJsonFile(folder.secrets));
  const postgres = known.success ? known.data.postgres : {};
  const nats = known.success ? known.data.nats : {};
  const fresh = () => randomness.bytes(24).toString('base64url').padEnd(32, '0');
  const secrets: Secrets = {
    superuser: postgres['superuser'] ?? fresh(),
    databaseOwner: record(runningServices, (service) => postgres[`${service}_owner`] ?? fresh()),
    database: record(runningServices, (service) => postgres[service] ?? fresh()),
    nats: record(principals, (principal) => nats[principal] ?? fresh()),
  };
  const owners = Object.fromEntries(
    Object.entries(secrets.databaseOwner).map(([service, value]) => [`${service}_owner`, value]),
  );
  const text = JSON.stringify(
    { postgres: { superuser: secrets.superuser, ...owners, ...secrets.database }, nats: secrets.nats },
    null,
    2,
  );
  if (JSON.stringify(readJsonFile(folder.secrets), null, 2) !== text) writePrivateFile(folder.secrets, text);
  for (const service of runningServices) {
    const file = folder.keyRing(service);
    if (!existsSync(file)) createPrivateFile(file, newKeyRing(randomness));
  }
  return secrets;
}
