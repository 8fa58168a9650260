import { createGroup, deleteGroup, renameGroup } from '@countersign/contracts';
import { changeOne } from '../../change-one.js';
import { type Invocation, word } from '../../invocation.js';

/** Creates a group. */
export async function createGroupCommand(invocation: Invocation): Promise<undefined> {
  const request = groupIn(invocation);
  const change = { operation: createGroup, request, name: request.group };
  return changeOne(invocation, change, ({ id }) => ({ id, ...request }));
}

/** Changes the name of a group; its members stay. */
export async function renameGroupCommand(invocation: Invocation): Promise<undefined> {
  const [{ realm, group }, newName] = [groupIn(invocation), word(invocation, 1)];
  const change = { operation: renameGroup, request: { realm, group, newName }, name: newName };
  return changeOne(invocation, change, ({ id }) => ({ id, realm, group: newName, was: group }));
}

/** Deletes a group; its members stay users. */
export async function deleteGroupCommand(invocation: Invocation): Promise<undefined> {
  const request = groupIn(invocation);
  const question = `delete group ${request.group} of realm ${request.realm} with its memberships?`;
  const change = { operation: deleteGroup, request, question, name: request.group };
  return changeOne(invocation, change, ({ id }) => ({ id, ...request, state: 'deleted' }));
}

function groupIn(invocation: Invocation): { readonly realm: string; readonly group: string } {
  return { realm: invocation.configuration.realm(), group: word(invocation, 0) };
}
