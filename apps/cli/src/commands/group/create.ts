import { createGroup } from '@countersign/contracts';
import { askOnce } from '../../bus/operator-bus.js';
import { saidInsteadOfDone } from '../../dry-run.js';
import { type Invocation, word } from '../../invocation.js';
import { printOne } from '../../output/result.js';

/** Creates a group. */
export async function createGroupCommand(invocation: Invocation): Promise<undefined> {
  const request = { realm: invocation.configuration.realm(), group: word(invocation, 0) };
  if (saidInsteadOfDone(invocation, createGroup, request)) return;
  const { id } = await askOnce(invocation, createGroup, request);
  const group = { id, ...request };
  printOne(invocation.terminal, group, { name: group.group, facts: Object.entries(group) });
}
