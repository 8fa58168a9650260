import { type Principal, type RunningService, runningServices } from '@countersign/contracts';
import { writePrivateFile } from '@countersign/files';
import type { ServiceRoles } from '@countersign/provisioning';
import type { Environment } from '@countersign/settings';
import type { DataFolder } from './data-folder.js';

/** Where the servers are, with credentials, for each who connects. */
export interface Addresses {
  natsUrl(principal: Principal): string;
  databaseUrl(service: RunningService, role: keyof ServiceRoles): string;
}

/**
 * The environment that one more replica of each service needs to join; only `COUNTERSIGN_PORT` is the caller's. The
 * owner's password is not in it: replicas run with what the migrations granted, and only check that they have run.
 */
export function serviceEnvironments(
  addresses: Addresses,
  folder: DataFolder,
): Readonly<Record<'gateway' | RunningService, Readonly<Record<string, string>>>> {
  const environments: Record<string, Record<string, string>> = { gateway: { NATS_URL: addresses.natsUrl('gateway') } };
  for (const service of runningServices) {
    environments[service] = {
      NATS_URL: addresses.natsUrl(service),
      DATABASE_URL: addresses.databaseUrl(service, 'runtime'),
      [`${service.toUpperCase()}_KEY_RING_FILE`]: folder.keyRing(service),
    };
  }
  return environments as Record<'gateway' | RunningService, Record<string, string>>;
}

/** What a service needs beside its environment to migrate at its start; never written down. */
export function ownerEnvironment(addresses: Addresses, service: RunningService): Readonly<Record<string, string>> {
  return { DATABASE_OWNER_URL: addresses.databaseUrl(service, 'owner') };
}

/** Writes `<data>/env/<service>.env`, also one for other internal services that only listen to events. */
export function writeEnvironmentFiles(
  environments: Readonly<Record<string, Environment>>,
  addresses: Addresses,
  folder: DataFolder,
): void {
  const all = { ...environments, listener: { NATS_URL: addresses.natsUrl('listener') } };
  for (const [service, environment] of Object.entries(all)) {
    const lines = Object.entries(environment).map(([name, value]) => `${name}=${quoted(value ?? '')}`);
    writePrivateFile(folder.environment(service), `${lines.join('\n')}\n`);
  }
}

/** Plain where a shell, `env $(cat …)` and `node --env-file` agree on the plain text; else in double quotes. */
function quoted(value: string): string {
  return /^[A-Za-z0-9_./:@%+=,?&-]*$/.test(value) && !value.includes('&') ? value : JSON.stringify(value);
}
