import { disableApplication, enableApplication } from '@countersign/contracts';
import { askOnce } from '../../bus/operator-bus.js';
import { saidInsteadOfDone } from '../../dry-run.js';
import type { Invocation } from '../../invocation.js';
import { printOne } from '../../output/result.js';
import { namedApplication } from './named-application.js';
import { applicationFacts } from './view.js';

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
  const application = await askOnce(invocation, operation, request);
  printOne(invocation.terminal, application, applicationFacts(application));
}
