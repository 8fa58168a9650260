import { deleteApplication } from '@countersign/contracts';
import { askOnce } from '../../bus/operator-bus.js';
import { confirmed } from '../../confirmed.js';
import { saidInsteadOfDone } from '../../dry-run.js';
import type { Invocation } from '../../invocation.js';
import { printOne } from '../../output/result.js';
import { namedApplication } from './named-application.js';

/** Removes an application with its keys. */
export async function deleteApplicationCommand(invocation: Invocation): Promise<undefined> {
  const request = { applicationId: namedApplication(invocation) };
  if (saidInsteadOfDone(invocation, deleteApplication, request)) return;
  await confirmed(invocation, `delete application ${request.applicationId} with its keys, for good?`);
  const application = { ...(await askOnce(invocation, deleteApplication, request)), state: 'deleted' };
  printOne(invocation.terminal, application, { name: application.applicationId, facts: Object.entries(application) });
}
