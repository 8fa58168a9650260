import { propertyKeys, showUser } from '@countersign/contracts';
import { askOnce } from '../../bus/operator-bus.js';
import { type Invocation, word } from '../../invocation.js';
import { printOne } from '../../output/result.js';

/** Shows a user by the id that people write. */
export async function showUserCommand(invocation: Invocation): Promise<undefined> {
  const user = await askOnce(invocation, showUser, {
    realm: invocation.configuration.realm(),
    userId: word(invocation, 0),
  });
  const properties = Object.entries(user.properties)
    .sort(([one], [other]) => rankOf(one) - rankOf(other))
    .map(([name, { value }]): readonly [string, string] => [name, value]);
  const questions = Object.entries(user.knowledgeBase).map(([name, { question }]): readonly [string, string] => [
    name,
    question,
  ]);
  printOne(invocation.terminal, user, {
    name: user.userId,
    facts: [
      ['user', user.userId],
      ['id', user.id],
      ['state', user.state],
      ['groups', user.groups.join(', ') || 'none'],
      ...properties,
      ...questions,
    ],
  });
}

/** As the contract lists them; what it does not name comes last. */
function rankOf(property: string): number {
  const rank = propertyKeys.indexOf(property);
  return rank === -1 ? propertyKeys.length : rank;
}
