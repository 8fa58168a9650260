import type { Invocation } from '../../invocation.js';
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
