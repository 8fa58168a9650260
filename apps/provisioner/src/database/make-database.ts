import { type RunningService, runningServices } from '@countersign/contracts';
import { createServiceDatabase, ensureDatabase, rolesOf } from '@countersign/provisioning';
import { credentialsOf } from '../addresses.js';
import { SecretFolder } from '../secret-folder.js';
import type { DatabaseSettings } from '../settings.js';

/**
 * Makes the database, and in it the roles and the schema of each service, with the passwords that stand in the services'
 * own addresses; a changed password is put in force. Tables are the migrations' affair.
 *
 * @throws Error that names the secret that is missing or is not of the role and database that it has to be
 */
export async function makeDatabase(settings: DatabaseSettings): Promise<string> {
  const folder = new SecretFolder(settings.COUNTERSIGN_SECRETS);
  const adminUrl = settings.DATABASE_URL.reveal();
  const places = runningServices.map((service) => ({ service, ...passwordsOf(folder, service, adminUrl) }));
  await ensureDatabase(adminUrl);
  for (const { service, owner, runtime } of places) await createServiceDatabase(adminUrl, service, owner, runtime);
  return `roles and schemas of ${runningServices.join(', ')} are in database ${databaseOf(adminUrl)}`;
}

function passwordsOf(folder: SecretFolder, service: RunningService, adminUrl: string) {
  const roles = rolesOf(service);
  return {
    owner: passwordOf(folder, `${service}-owner/database-url`, roles.owner, adminUrl),
    runtime: passwordOf(folder, `${service}/database-url`, roles.runtime, adminUrl),
  };
}

function passwordOf(folder: SecretFolder, name: string, role: string, adminUrl: string): string {
  const url = folder.demand(name);
  const credentials = credentialsOf(url);
  if (credentials === undefined) throw new Error(`secret ${name} is not postgres://user:password@host:5432/database`);
  if (credentials.user !== role) throw new Error(`secret ${name} is of role ${credentials.user}, expected ${role}`);
  if (databaseOf(url) !== databaseOf(adminUrl)) {
    const expected = `${databaseOf(adminUrl)} as in DATABASE_URL`;
    throw new Error(`secret ${name} leads to database ${databaseOf(url)}, expected ${expected}`);
  }
  return credentials.password;
}

function databaseOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1));
}
