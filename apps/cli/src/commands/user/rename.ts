import { renameUser } from '@countersign/contracts';
import { askOnce } from '../../bus/operator-bus.js';
import { saidInsteadOfDone } from '../../dry-run.js';
import { type Invocation, word } from '../../invocation.js';
import { printOne } from '../../output/result.js';

/** Gives a user another user id. The person stays the same: id, password, groups. */
export async function renameUserCommand(invocation: Invocation): Promise<undefined> {
  const realm = invocation.configuration.realm();
  const [userId, newUserId] = [word(invocation, 0), word(invocation, 1)];
  const request = { realm, userId, newUserId };
  if (saidInsteadOfDone(invocation, renameUser, request)) return;
  const { id } = await askOnce(invocation, renameUser, request);
  const user = { id, realm, userId: newUserId, was: userId };
  printOne(invocation.terminal, user, { name: newUserId, facts: Object.entries(user) });
}
