import { markUser } from '@countersign/contracts';
import { askOnce } from '../../bus/operator-bus.js';
import { saidInsteadOfDone } from '../../dry-run.js';
import { type Invocation, word } from '../../invocation.js';
import { printOne } from '../../output/result.js';

/** Makes a user active again who was locked out, disabled or has an expired password. */
export async function unlockUserCommand(invocation: Invocation): Promise<undefined> {
  const request = { realm: invocation.configuration.realm(), userId: word(invocation, 0), status: 'active' as const };
  if (saidInsteadOfDone(invocation, markUser, request)) return;
  const { id } = await askOnce(invocation, markUser, request);
  const user = { id, realm: request.realm, userId: request.userId, state: request.status };
  printOne(invocation.terminal, user, { name: user.userId, facts: Object.entries(user) });
}
