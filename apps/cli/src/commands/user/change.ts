import { eraseUser, registerUser, renameUser, resetPassword, updateUser } from '@countersign/contracts';
import { changeOne } from '../../change-one.js';
import { type Invocation, word } from '../../invocation.js';
import { usageFault } from '../../output/failure.js';
import { givenPassword } from './password.js';
import { userChangesOf, withoutSecrets } from './user-words.js';

/** Creates a user with a password. */
export async function createUserCommand(invocation: Invocation): Promise<undefined> {
  const who = userIn(invocation);
  const { aliases, ...changes } = userChangesOf(invocation, 1);
  if (aliases !== undefined) {
    throw usageFault('aliases are given to a user that exists', 'create the user, then: countersign user set aliases=');
  }
  const request = { ...who, ...changes, password: await givenPassword(invocation) };
  const shown = { ...who, ...withoutSecrets(changes), password: '***' };
  const change = { operation: registerUser, request, shown, name: who.userId };
  return changeOne(invocation, change, ({ id }) => ({ id, ...who }));
}

/** Changes fields of a user; an empty value clears. */
export async function setUserCommand(invocation: Invocation): Promise<undefined> {
  const who = userIn(invocation);
  const changes = userChangesOf(invocation, 1);
  if (Object.keys(changes).length === 0)
    throw usageFault('nothing to set', 'give key=value, --pin-file or --answer-file');
  const shown = { ...who, ...withoutSecrets(changes) };
  const change = { operation: updateUser, request: { ...who, ...changes }, shown, name: who.userId };
  return changeOne(invocation, change, ({ id }) => ({ id, ...who }));
}

/** Gives a user another user id. The person stays the same: id, password, groups. */
export async function renameUserCommand(invocation: Invocation): Promise<undefined> {
  const [{ realm, userId }, newUserId] = [userIn(invocation), word(invocation, 1)];
  const change = { operation: renameUser, request: { realm, userId, newUserId }, name: newUserId };
  return changeOne(invocation, change, ({ id }) => ({ id, realm, userId: newUserId, was: userId }));
}

/** Gives a user a new password, whatever state the user is in; the state stays as it is. */
export async function resetPasswordCommand(invocation: Invocation): Promise<undefined> {
  const who = userIn(invocation);
  const request = { ...who, password: await givenPassword(invocation), reportAccountState: false };
  const change = { operation: resetPassword, request, shown: { ...request, password: '***' }, name: who.userId };
  return changeOne(invocation, change, ({ id }) => ({ id, ...who }));
}

/** Erases a user with all that is kept of them. A script consents with `--yes`, or by naming the user twice. */
export async function eraseUserCommand(invocation: Invocation): Promise<undefined> {
  const request = userIn(invocation);
  const { realm, userId } = request;
  const repeated = invocation.given.text('confirm');
  if (repeated !== undefined && repeated !== userId) throw usageFault(`--confirm ${repeated} is not ${userId}`);
  const question = `erase user ${userId} of realm ${realm} with all that is kept of them, for good?`;
  const change = { operation: eraseUser, request, name: userId, ...(repeated === undefined && { question }) };
  return changeOne(invocation, change, ({ id }) => ({ id, ...request, state: 'erased' }));
}

function userIn(invocation: Invocation): { readonly realm: string; readonly userId: string } {
  return { realm: invocation.configuration.realm(), userId: word(invocation, 0) };
}
