import { registerUser } from '@countersign/contracts';
import { askOnce } from '../../bus/operator-bus.js';
import { saidInsteadOfDone } from '../../dry-run.js';
import { type Invocation, word } from '../../invocation.js';
import { usageFault } from '../../output/failure.js';
import { printOne } from '../../output/result.js';
import { givenPassword } from './password.js';
import { userChangesOf, withoutSecrets } from './user-words.js';

/** Creates a user with a password. */
export async function createUserCommand(invocation: Invocation): Promise<undefined> {
  const who = { realm: invocation.configuration.realm(), userId: word(invocation, 0) };
  const { aliases, ...changes } = userChangesOf(invocation, 1);
  if (aliases !== undefined) {
    throw usageFault('aliases are given to a user that exists', 'create the user, then: countersign user set aliases=');
  }
  const request = { ...who, ...changes, password: await givenPassword(invocation) };
  const shown = { ...who, ...withoutSecrets(changes), password: '***' };
  if (saidInsteadOfDone(invocation, registerUser, request, shown)) return;
  const { id } = await askOnce(invocation, registerUser, request);
  printOne(invocation.terminal, { id, ...who }, { name: who.userId, facts: Object.entries({ id, ...who }) });
}
