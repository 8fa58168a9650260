import { renameGroup } from '@countersign/contracts';
import { askOnce } from '../../bus/operator-bus.js';
import { saidInsteadOfDone } from '../../dry-run.js';
import { type Invocation, word } from '../../invocation.js';
import { printOne } from '../../output/result.js';

/** Changes the name of a group; its members stay. */
export async function renameGroupCommand(invocation: Invocation): Promise<undefined> {
  const realm = invocation.configuration.realm();
  const request = { realm, group: word(invocation, 0), newName: word(invocation, 1) };
  if (saidInsteadOfDone(invocation, renameGroup, request)) return;
  const { id } = await askOnce(invocation, renameGroup, request);
  const group = { id, realm, group: request.newName, was: request.group };
  printOne(invocation.terminal, group, { name: group.group, facts: Object.entries(group) });
}
