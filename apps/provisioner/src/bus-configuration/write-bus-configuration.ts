import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Principal } from '@countersign/contracts';
import { makeFolder, writePrivateFile } from '@countersign/files';
import { type NatsAccountsOptions, natsAccounts, natsConfiguration } from '@countersign/provisioning';
import { credentialsOf } from '../addresses.js';
import { guestPrincipals, neededPrincipals } from '../principals.js';
import { SecretFolder } from '../secret-folder.js';
import type { BusConfigurationSettings } from '../settings.js';

/**
 * Writes the users of the bus with their rights, from the contracts and from the passwords in the users' own addresses,
 * or from a bcrypt hash beside one (`<user>/nats-password-hash`), so that the configuration holds no password. People's
 * and other services' users (operator, listener) are left out where they have no secret.
 *
 * @throws Error that names the secret that is missing or is not of the user that it has to be
 */
export function writeBusConfiguration(settings: BusConfigurationSettings): string {
  const folder = new SecretFolder(settings.COUNTERSIGN_SECRETS);
  const guests = guestPrincipals.filter((principal) => folder.read(`${principal}/nats-url`) !== undefined);
  const users = [...neededPrincipals, ...guests];
  const passwords = Object.fromEntries(users.map((principal) => [principal, passwordOf(folder, principal)]));
  const text = configurationOf(settings, passwords);
  const file = settings.BUS_CONFIGURATION_FILE;
  if (file === undefined) {
    process.stdout.write(text);
    return `wrote the users ${users.join(', ')} to stdout`;
  }
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return `${file} is up to date`;
  makeFolder(dirname(file));
  writePrivateFile(file, text);
  return `wrote the users ${users.join(', ')} to ${file}; a nats-server that runs with it takes it on SIGHUP`;
}

function configurationOf(settings: BusConfigurationSettings, passwords: NatsAccountsOptions['passwords']): string {
  const { BUS_STORE_BYTES: maxFileBytes } = settings;
  const accounts = { passwords, ...(maxFileBytes === undefined ? {} : { jetstream: { maxFileBytes } }) };
  if (settings.BUS_CONFIGURATION_FORM === 'accounts') return natsAccounts(accounts);
  return natsConfiguration({
    ...accounts,
    listen: settings.BUS_LISTEN,
    storeFolder: settings.BUS_STORE,
    ...(settings.BUS_MONITOR === undefined ? {} : { monitor: settings.BUS_MONITOR }),
  });
}

function passwordOf(folder: SecretFolder, principal: Principal): string {
  const hash = folder.read(`${principal}/nats-password-hash`);
  if (hash !== undefined) return hash;
  const name = `${principal}/nats-url`;
  const credentials = credentialsOf(folder.demand(name));
  if (credentials === undefined) throw new Error(`secret ${name} is not nats://user:password@host:4222`);
  if (credentials.user !== principal) {
    throw new Error(`secret ${name} is of user ${credentials.user}, expected ${principal}`);
  }
  return credentials.password;
}
