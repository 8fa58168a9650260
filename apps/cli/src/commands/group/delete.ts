import { deleteGroup } from '@countersign/contracts';
import { askOnce } from '../../bus/operator-bus.js';
import { confirmed } from '../../confirmed.js';
import { saidInsteadOfDone } from '../../dry-run.js';
import { type Invocation, word } from '../../invocation.js';
import { printOne } from '../../output/result.js';

/** Deletes a group; its members stay users. */
export async function deleteGroupCommand(invocation: Invocation): Promise<undefined> {
  const request = { realm: invocation.configuration.realm(), group: word(invocation, 0) };
  if (saidInsteadOfDone(invocation, deleteGroup, request)) return;
  await confirmed(invocation, `delete group ${request.group} of realm ${request.realm} with its memberships?`);
  const { id } = await askOnce(invocation, deleteGroup, request);
  const group = { id, ...request, state: 'deleted' };
  printOne(invocation.terminal, group, { name: request.group, facts: Object.entries(group) });
}
