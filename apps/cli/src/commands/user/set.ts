import { updateUser } from '@countersign/contracts';
import { askOnce } from '../../bus/operator-bus.js';
import { saidInsteadOfDone } from '../../dry-run.js';
import { type Invocation, word } from '../../invocation.js';
import { usageFault } from '../../output/failure.js';
import { printOne } from '../../output/result.js';
import { userChangesOf, withoutSecrets } from './user-words.js';

/** Changes fields of a user; an empty value clears. */
export async function setUserCommand(invocation: Invocation): Promise<undefined> {
  const who = { realm: invocation.configuration.realm(), userId: word(invocation, 0) };
  const changes = userChangesOf(invocation, 1);
  if (Object.keys(changes).length === 0)
    throw usageFault('nothing to set', 'give key=value, --pin-file or --answer-file');
  const request = { ...who, ...changes };
  if (saidInsteadOfDone(invocation, updateUser, request, { ...who, ...withoutSecrets(changes) })) return;
  const { id } = await askOnce(invocation, updateUser, request);
  printOne(invocation.terminal, { id, ...who }, { name: who.userId, facts: Object.entries({ id, ...who }) });
}
