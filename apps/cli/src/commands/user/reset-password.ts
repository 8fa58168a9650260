import { resetPassword } from '@countersign/contracts';
import { askOnce } from '../../bus/operator-bus.js';
import { saidInsteadOfDone } from '../../dry-run.js';
import { type Invocation, word } from '../../invocation.js';
import { printOne } from '../../output/result.js';
import { givenPassword } from './password.js';

/** Gives a user a new password, whatever state the user is in; the state stays as it is. */
export async function resetPasswordCommand(invocation: Invocation): Promise<undefined> {
  const who = { realm: invocation.configuration.realm(), userId: word(invocation, 0) };
  const request = { ...who, password: await givenPassword(invocation), reportAccountState: false };
  if (saidInsteadOfDone(invocation, resetPassword, request, { ...request, password: '***' })) return;
  const { id } = await askOnce(invocation, resetPassword, request);
  printOne(invocation.terminal, { id, ...who }, { name: who.userId, facts: Object.entries({ id, ...who }) });
}
