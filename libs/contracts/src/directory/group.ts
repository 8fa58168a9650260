import { z } from 'zod';
import { groupName, realmName, userId, uuid } from '../names.js';
import { defineOperation } from '../operation.js';

export const createGroup = defineOperation({
  subject: 'countersign.v1.directory.group.create',
  summary: 'makes a group',
  askedBy: ['operator'],
  effect: 'changes',
  request: z.object({ realm: realmName, group: groupName }),
  reply: z.object({ id: uuid }),
  refusals: ['realm.unknown', 'group.exists'],
});

export const addMember = defineOperation({
  subject: 'countersign.v1.directory.membership.add',
  summary: 'puts a user into a group; doing it again changes nothing',
  askedBy: ['gateway', 'operator'],
  effect: 'changes',
  request: z.object({ realm: realmName, group: groupName, userId }),
  reply: z.object({}),
  refusals: ['realm.unknown', 'user.unknown', 'group.unknown'],
});
