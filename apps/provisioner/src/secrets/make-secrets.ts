import { systemRandomness } from '@countersign/clock';
import { type RunningService, runningServices } from '@countersign/contracts';
import { databaseOf, rolesOf } from '@countersign/provisioning';
import { newKeyRing } from '@countersign/sealing';
import { natsUrlAs, withoutCredentials, withUser } from '../addresses.js';
import { guestPrincipals, neededPrincipals } from '../principals.js';
import { SecretFolder } from '../secret-folder.js';
import type { SecretsSettings } from '../settings.js';

/**
 * Makes what is not there yet: an address with a password of its own for each user of the bus and each role of the
 * database, and a key ring for each service. What exists stays. All are random, and nothing has a default.
 *
 * @returns what was made, what was kept, and what was kept although it leads elsewhere than the settings say
 */
export function makeSecrets(settings: SecretsSettings): string {
  const folder = new SecretFolder(settings.COUNTERSIGN_SECRETS);
  const { NATS_SERVERS: servers, DATABASE_SERVER: database, DATABASE_SUPERUSER: superuser } = settings;
  const prefix = settings.DATABASE_ROLE_PREFIX ?? databaseOf(database);
  const astray: string[] = [];
  const ensureAddress = (name: string, server: string, make: () => string) => {
    const found = withoutCredentials(folder.ensure(name, make));
    if (found !== withoutCredentials(server)) astray.push(`${name} leads to ${found}, expected ${server}`);
  };
  for (const principal of [...neededPrincipals, ...guestPrincipals]) {
    ensureAddress(`${principal}/nats-url`, servers, () => natsUrlAs(servers, principal, newPassword()));
  }
  for (const service of runningServices) {
    ensureKeyRing(folder, service);
    const { owner, runtime } = rolesOf(service, prefix);
    ensureAddress(`${service}/database-url`, database, () => withUser(database, runtime, newPassword()));
    ensureAddress(`${service}-owner/database-url`, database, () => withUser(database, owner, newPassword()));
  }
  if (superuser !== undefined) {
    const password = folder.ensure('superuser/password', newPassword);
    ensureAddress('superuser/database-url', database, () => withUser(database, superuser, password));
  }
  return [
    `made ${folder.made.join(', ') || 'nothing'}`,
    `kept ${folder.kept.join(', ') || 'nothing'}`,
    ...astray.map((finding) => `${finding}: move it away and run this again for a new one`),
  ].join('\n');
}

/**
 * Made before the addresses of the database: where those are and the ring is not, it was lost, and what it sealed cannot be
 * opened with another one.
 *
 * @throws Error for a ring that was lost
 */
function ensureKeyRing(folder: SecretFolder, service: RunningService): void {
  const ring = `${service}/key-ring.json`;
  const address = `${service}/database-url`;
  if (folder.read(ring) === undefined && folder.read(address) !== undefined) {
    throw new Error(
      `secret ${ring} is missing, but ${address} exists: put the ring back from a backup; ` +
        `for a database in which nothing is sealed yet, move ${address} away as well`,
    );
  }
  folder.ensure(ring, () => newKeyRing(systemRandomness));
}

/** 192 bits, in characters that need no quoting in a URL and in a configuration of NATS. */
function newPassword(): string {
  return systemRandomness.bytes(24).toString('base64url');
}
