import { showApplication } from '@countersign/contracts';
import { askOnce } from '../../bus/operator-bus.js';
import type { Invocation } from '../../invocation.js';
import { printOne } from '../../output/result.js';
import { namedApplication } from './named-application.js';
import { applicationFacts } from './view.js';

/** Shows one application. */
export async function showApplicationCommand(invocation: Invocation): Promise<undefined> {
  const applicationId = namedApplication(invocation);
  const application = await askOnce(invocation, showApplication, { applicationId });
  printOne(invocation.terminal, application, applicationFacts(application));
}
