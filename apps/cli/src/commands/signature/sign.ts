import type { Invocation } from '../../invocation.js';
import { printOne } from '../../output/result.js';
import { explanationOf } from '../request/explanation.js';
import { outgoingRequest, signingSteps } from '../request/outgoing-request.js';

/** Prints the headers that make a request a signed one. */
export async function signSignature(invocation: Invocation): Promise<undefined> {
  const { configuration, terminal } = invocation;
  const { authorization, dateHeader, date } = signingSteps(outgoingRequest(invocation), configuration.credential());
  const headers = { [dateHeader]: date, Authorization: authorization };
  if (terminal.format !== 'table') {
    terminal.line(JSON.stringify(headers));
    return;
  }
  for (const [name, value] of Object.entries(headers)) terminal.line(`${name}: ${value}`);
}

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
