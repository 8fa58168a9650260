import { disableApplication } from '@countersign/contracts';
import { askOnce } from '../../bus/operator-bus.js';
import { confirmed } from '../../confirmed.js';
import { saidInsteadOfDone } from '../../dry-run.js';
import type { Invocation } from '../../invocation.js';
import { printOne } from '../../output/result.js';
import { namedApplication } from './named-application.js';
import { applicationFacts } from './view.js';

/** Refuses an application from now on. */
export async function disableApplicationCommand(invocation: Invocation): Promise<undefined> {
  const request = { applicationId: namedApplication(invocation) };
  if (saidInsteadOfDone(invocation, disableApplication, request)) return;
  await confirmed(invocation, `disable application ${request.applicationId} for good?`);
  const application = await askOnce(invocation, disableApplication, request);
  printOne(invocation.terminal, application, applicationFacts(application));
}
