import { eraseUser } from '@countersign/contracts';
import { askOnce } from '../../bus/operator-bus.js';
import { confirmed } from '../../confirmed.js';
import { saidInsteadOfDone } from '../../dry-run.js';
import { type Invocation, word } from '../../invocation.js';
import { usageFault } from '../../output/failure.js';
import { printOne } from '../../output/result.js';

/** Erases a user with all that is kept of them. Asks on a terminal; a script must name the user twice. */
export async function eraseUserCommand(invocation: Invocation): Promise<undefined> {
  const { configuration, terminal } = invocation;
  const request = { realm: configuration.realm(), userId: word(invocation, 0) };
  if (saidInsteadOfDone(invocation, eraseUser, request)) return;
  await meant(invocation, request.userId, request.realm);
  const { id } = await askOnce(invocation, eraseUser, request);
  const user = { id, ...request, state: 'erased' };
  printOne(terminal, user, { name: request.userId, facts: Object.entries(user) });
}

/** @throws Failure when there is no terminal and `--confirm` does not name the user, or the answer is no */
async function meant(invocation: Invocation, userId: string, realm: string): Promise<void> {
  const { given, terminal } = invocation;
  const named = given.text('confirm');
  if (named !== undefined) {
    if (named !== userId) throw usageFault(`--confirm ${named} is not ${userId}`);
    return;
  }
  if (!terminal.isInteractive || !given.isSet('input')) {
    throw usageFault('no terminal to confirm on', `what is erased cannot be brought back; give --confirm ${userId}`);
  }
  await confirmed(invocation, `erase user ${userId} of realm ${realm} with all that is kept of them, for good?`);
}
