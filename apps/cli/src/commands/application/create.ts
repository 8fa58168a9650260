import { createApplication, type Permission, permissions } from '@countersign/contracts';
import { askOnce } from '../../bus/operator-bus.js';
import { saidInsteadOfDone } from '../../dry-run.js';
import { demanded, type Invocation } from '../../invocation.js';
import { usageFault } from '../../output/failure.js';
import { keyDestination } from './key-destination.js';

/** Registers an application; its key is printed, or written to `--key-file`, and can never be seen again. */
export async function createApplicationCommand(invocation: Invocation): Promise<undefined> {
  const allowed = permissionsOf(invocation.given.text('permissions'));
  const request = {
    realm: invocation.configuration.realm(),
    name: demanded(invocation, 'name'),
    ...(allowed === undefined ? {} : { permissions: allowed }),
  };
  if (saidInsteadOfDone(invocation, createApplication, request)) return;
  const destination = keyDestination(invocation, false);
  try {
    const { applicationId, applicationKey } = await askOnce(invocation, createApplication, request);
    destination.deliver({ applicationId, applicationKey });
  } finally {
    destination.abandon();
  }
  if (invocation.given.text('keyFile') === undefined)
    invocation.terminal.remark('keep the key: it is shown only this once');
}

function permissionsOf(text: string | undefined): Permission[] | undefined {
  if (text === undefined) return undefined;
  const names = text.split(',').map((name) => name.trim());
  return names
    .filter((name) => name !== '')
    .map((name) => {
      const permission = permissions.find((known) => known === name);
      if (permission === undefined) throw usageFault(`permission ${name} is none of ${permissions.join(', ')}`);
      return permission;
    });
}
