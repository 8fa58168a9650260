import { type RunningService, runningServices } from '@countersign/contracts';
import {
  createServiceDatabase,
  databaseOf,
  ensureDatabase,
  type RoleCredentials,
  rolesOf,
} from '@countersign/provisioning';
import { credentialsOf } from '../addresses.js';
import { SecretFolder } from '../secret-folder.js';
import type { DatabaseSettings } from '../settings.js';

/**
 * Makes the database, and in it the roles and the schema of each service, with the names and passwords that stand in the
 * services' own addresses; a changed password is put in force. Tables are the migrations' affair.
 *
 * @throws Error that names the secret that is missing or is not of the role and database that it has to be
 */
export async function makeDatabase(settings: DatabaseSettings): Promise<string> {
  const folder = new SecretFolder(settings.COUNTERSIGN_SECRETS);
  const adminUrl = settings.DATABASE_URL.reveal();
  const prefix = prefixIn(folder);
  const places = runningServices.map((service) => ({ service, ...credentialsFor(folder, service, prefix, adminUrl) }));
  await ensureDatabase(adminUrl);
  for (const { service, owner, runtime } of places) await createServiceDatabase(adminUrl, service, owner, runtime);
  return `roles and schemas of ${runningServices.join(', ')} are in database ${databaseOf(adminUrl)}`;
}

/** What stands before the name of the service in the role that the first address names. */
function prefixIn(folder: SecretFolder): string {
  const first: RunningService = 'authentication';
  const name = `${first}/database-url`;
  const { user } = readCredentials(folder, name);
  if (user.endsWith(`_${first}`)) return user.slice(0, -first.length - 1);
  throw new Error(`secret ${name} is of role ${user}, expected <prefix>_${first}`);
}

function credentialsFor(folder: SecretFolder, service: RunningService, prefix: string, adminUrl: string) {
  const roles = rolesOf(service, prefix);
  return {
    owner: credentialsIn(folder, `${service}-owner/database-url`, roles.owner, adminUrl),
    runtime: credentialsIn(folder, `${service}/database-url`, roles.runtime, adminUrl),
  };
}

function credentialsIn(folder: SecretFolder, name: string, role: string, adminUrl: string): RoleCredentials {
  const credentials = readCredentials(folder, name);
  if (credentials.user !== role) throw new Error(`secret ${name} is of role ${credentials.user}, expected ${role}`);
  const database = databaseOf(folder.demand(name));
  if (database !== databaseOf(adminUrl)) {
    const expected = `${databaseOf(adminUrl)} as in DATABASE_URL`;
    throw new Error(`secret ${name} leads to database ${database}, expected ${expected}`);
  }
  return credentials;
}

function readCredentials(folder: SecretFolder, name: string): RoleCredentials {
  const credentials = credentialsOf(folder.demand(name));
  if (credentials !== undefined) return credentials;
  throw new Error(`secret ${name} is not postgres://user:password@host:5432/database`);
}
