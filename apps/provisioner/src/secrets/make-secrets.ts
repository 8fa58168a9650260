import { systemRandomness } from '@countersign/clock';
import { runningServices } from '@countersign/contracts';
import { rolesOf } from '@countersign/provisioning';
import { newKeyRing } from '@countersign/sealing';
import { databaseOf, databaseUrlAs, natsUrlAs, withoutCredentials } from '../addresses.js';
import { guestPrincipals, neededPrincipals } from '../principals.js';
import { SecretFolder } from '../secret-folder.js';
import type { SecretsSettings } from '../settings.js';

/**
 * Makes what is not there yet: an address with a password of its own for each user of the bus and each role of the
 * database, and a key ring for each service. What is there stays. All are random, and nothing has a default.
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
    const { owner, runtime } = rolesOf(service, prefix);
    ensureAddress(`${service}/database-url`, database, () => databaseUrlAs(database, runtime, newPassword()));
    ensureAddress(`${service}-owner/database-url`, database, () => databaseUrlAs(database, owner, newPassword()));
    folder.ensure(`${service}/key-ring.json`, () => newKeyRing(systemRandomness));
  }
  if (superuser !== undefined) {
    const password = folder.ensure('superuser/password', newPassword);
    ensureAddress('superuser/database-url', database, () => databaseUrlAs(database, superuser, password));
  }
  return [
    `made ${folder.made.join(', ') || 'nothing'}`,
    `kept ${folder.kept.join(', ') || 'nothing'}`,
    ...astray.map((finding) => `${finding}: move it away and run this again for a new one`),
  ].join('\n');
}

/** 192 bits, in characters that need no quoting in a URL and in a configuration of NATS. */
function newPassword(): string {
  return systemRandomness.bytes(24).toString('base64url');
}
