import type { Invocation } from '../../invocation.js';
import { printOne } from '../../output/result.js';
import { explanationOf } from '../request/explanation.js';
import { outgoingRequest, signingSteps } from '../request/outgoing-request.js';

/** Shows every step of signing a request. */
export async function explainSignature(invocation: Invocation): Promise<undefined> {
  const request = outgoingRequest(invocation);
  const steps = signingSteps(request, invocation.configuration.credential());
  const canonicalRequest = steps.canonical.toString('utf8');
  if (invocation.terminal.format === 'table') {
    invocation.terminal.line(explanationOf(steps));
    return;
  }
  const { date, dateHeader, mac, authorization } = steps;
  printOne(invocation.terminal, { canonicalRequest, mac, date, dateHeader, authorization }, { name: mac, facts: [] });
}
