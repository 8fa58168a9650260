import { extendUser, Problem, updateUser } from '@countersign/contracts';
import { checkedRequest } from '../../bus/checked-request.js';
import { withBus } from '../../bus/operator-bus.js';
import { saidInsteadOfDone } from '../../dry-run.js';
import { type Invocation, word } from '../../invocation.js';
import { usageFault } from '../../output/failure.js';
import { printOne } from '../../output/result.js';
import { extendedChangesOf, profileChangesOf, withoutSecrets } from './profile-words.js';

/**
 * Changes properties, questions and extended properties; an empty value clears. The extended ones are another
 * operation: both are checked before either is asked, and what was done is said when the second is refused.
 */
export async function setUserCommand(invocation: Invocation): Promise<undefined> {
  const { configuration, terminal } = invocation;
  const who = { realm: configuration.realm(), userId: word(invocation, 0) };
  const changes = profileChangesOf(invocation, 1);
  const update = { ...who, ...changes };
  const extend = { ...who, extendedProperties: extendedChangesOf(invocation) };
  const updates = Object.keys({ ...update.properties, ...update.knowledgeBase }).length;
  const extensions = Object.keys(extend.extendedProperties).length;
  if (updates + extensions === 0) throw usageFault('nothing to set', 'give key=value, --question or --ext');
  if (updates > 0) checkedRequest(updateUser, update);
  if (extensions > 0) checkedRequest(extendUser, extend);
  const isUpdateShown =
    updates > 0 && saidInsteadOfDone(invocation, updateUser, update, { ...who, ...withoutSecrets(changes) });
  const isExtendShown = extensions > 0 && saidInsteadOfDone(invocation, extendUser, extend);
  if (isUpdateShown || isExtendShown) return;
  await withBus(invocation, async (bus) => {
    let id = updates > 0 ? (await bus.ask(updateUser, update)).id : '';
    try {
      if (extensions > 0) id = (await bus.ask(extendUser, extend)).id;
    } catch (error) {
      const verb = isAnswer(error) ? 'are not' : 'may not be';
      if (updates > 0) terminal.warning(`properties and questions are set, extended properties ${verb}`);
      throw error;
    }
    printOne(terminal, { id, ...who }, { name: who.userId, facts: Object.entries({ id, ...who }) });
  });
}

/** Whether it was refused for sure: without an answer, or after a fault, it may have been done all the same. */
function isAnswer(error: unknown): boolean {
  return error instanceof Problem && error.status < 500;
}
