import { deleteApplication, disableApplication, enableApplication } from '@countersign/contracts';
import { askOnce } from '../../bus/operator-bus.js';
import { changeOne } from '../../change-one.js';
import { saidInsteadOfDone } from '../../dry-run.js';
import type { Invocation } from '../../invocation.js';
import { namedApplication, printApplication } from './show.js';

/** Refuses an application until it is enabled again. */
export function disableApplicationCommand(invocation: Invocation): Promise<undefined> {
  return change(invocation, disableApplication);
}

/** Accepts a disabled application again. */
export function enableApplicationCommand(invocation: Invocation): Promise<undefined> {
  return change(invocation, enableApplication);
}

async function change(
  invocation: Invocation,
  operation: typeof disableApplication | typeof enableApplication,
): Promise<undefined> {
  const request = { applicationId: namedApplication(invocation) };
  if (saidInsteadOfDone(invocation, operation, request)) return;
  printApplication(invocation, await askOnce(invocation, operation, request));
}

/** Removes an application with its keys. */
export async function deleteApplicationCommand(invocation: Invocation): Promise<undefined> {
  const request = { applicationId: namedApplication(invocation) };
  const question = `delete application ${request.applicationId} with its keys, for good?`;
  const change = { operation: deleteApplication, request, question, name: request.applicationId };
  return changeOne(invocation, change, (deleted) => ({ ...deleted, state: 'deleted' }));
}
