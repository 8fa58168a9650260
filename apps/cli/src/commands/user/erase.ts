import { eraseUser } from '@countersign/contracts';
import { askOnce } from '../../bus/operator-bus.js';
import { confirmed } from '../../confirmed.js';
import { saidInsteadOfDone } from '../../dry-run.js';
import { type Invocation, word } from '../../invocation.js';
import { usageFault } from '../../output/failure.js';
import { printOne } from '../../output/result.js';

/** Erases a user with all that is kept of them. Asks on a terminal; a script consents with `--yes` or names the user twice. */
export async function eraseUserCommand(invocation: Invocation): Promise<undefined> {
  const { configuration, terminal } = invocation;
  const request = { realm: configuration.realm(), userId: word(invocation, 0) };
  if (saidInsteadOfDone(invocation, eraseUser, request)) return;
  await meant(invocation, request.userId, request.realm);
  const { id } = await askOnce(invocation, eraseUser, request);
  const user = { id, ...request, state: 'erased' };
  printOne(terminal, user, { name: request.userId, facts: Object.entries(user) });
}

/** @throws Failure when `--confirm` names another user, or without it as `confirmed` */
async function meant(invocation: Invocation, userId: string, realm: string): Promise<void> {
  const named = invocation.given.text('confirm');
  if (named !== undefined && named !== userId) throw usageFault(`--confirm ${named} is not ${userId}`);
  if (named !== undefined) return;
  await confirmed(invocation, `erase user ${userId} of realm ${realm} with all that is kept of them, for good?`);
}
