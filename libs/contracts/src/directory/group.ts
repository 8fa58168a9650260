import { z } from 'zod';
import { groupName, nextPage, page, realmName, userId, uuid } from '../names.js';
import { defineOperation } from '../operation.js';
import type { ProblemCode } from '../problem.js';

const named = { realm: realmName, group: groupName };
const groupView = z.object({ id: uuid, group: z.string(), createdAt: z.iso.datetime() });

export const createGroup = defineOperation({
  subject: 'countersign.v1.directory.group.create',
  summary: 'makes a group',
  askedBy: ['operator'],
  effect: 'changes',
  request: z.object(named),
  reply: z.object({ id: uuid }),
  refusals: ['realm.unknown', 'group.exists', 'group.name_invalid'],
});

export const renameGroup = defineOperation({
  subject: 'countersign.v1.directory.group.rename',
  summary: 'gives a group another name; its members stay',
  askedBy: ['operator'],
  effect: 'changes',
  request: z.object({ ...named, newName: groupName }),
  reply: z.object({ id: uuid }),
  refusals: ['realm.unknown', 'group.unknown', 'group.exists', 'group.name_invalid'],
});

/** The group is gone, and its name free, with the answer; its memberships are cleared away behind it. */
export const deleteGroup = defineOperation({
  subject: 'countersign.v1.directory.group.delete',
  summary: 'deletes a group; its members stay users',
  askedBy: ['operator'],
  effect: 'changes',
  request: z.object(named),
  reply: z.object({ id: uuid }),
  refusals: ['realm.unknown', 'group.unknown'],
});

export const showGroup = defineOperation({
  subject: 'countersign.v1.directory.group.show',
  summary: 'shows one group',
  askedBy: ['operator'],
  effect: 'none',
  request: z.object(named),
  reply: groupView,
  refusals: ['realm.unknown', 'group.unknown'],
});

export const listGroups = defineOperation({
  subject: 'countersign.v1.directory.group.list',
  summary: 'lists groups by name',
  askedBy: ['operator'],
  effect: 'none',
  request: z.object({ realm: realmName, prefix: groupName.optional(), ...page }),
  reply: z.object({ groups: z.array(groupView), ...nextPage }),
  refusals: ['realm.unknown'],
});

export const listMembers = defineOperation({
  subject: 'countersign.v1.directory.membership.list',
  summary: 'lists the users of a group, in the order in which they were made',
  askedBy: ['operator'],
  effect: 'none',
  request: z.object({ ...named, ...page }),
  reply: z.object({ users: z.array(z.object({ id: uuid, userId: z.string() })), ...nextPage }),
  refusals: ['realm.unknown', 'group.unknown'],
});

/** Associations in one request: users times groups. */
export const mostAssociations = 1000;
/** Every one of the users with every one of the groups. */
const associations = z
  .object({
    realm: realmName,
    userIds: z.array(userId).min(1).max(mostAssociations),
    groups: z.array(groupName).min(1).max(mostAssociations),
  })
  .refine(
    ({ userIds, groups }) => userIds.length * groups.length <= mostAssociations,
    `makes more than ${mostAssociations} associations`,
  );

/** Associations that could not be made, by the places of both sides in the request; all others were made. */
function failures<const Problems extends readonly ProblemCode[]>(problems: Problems) {
  const place = z.int().min(0);
  return z.object({
    failed: z.array(z.object({ userIndex: place, groupIndex: place, problem: z.enum(problems) })),
  });
}

export const addMembers = defineOperation({
  subject: 'countersign.v1.directory.membership.add',
  summary:
    'puts users into groups; a user who is already a member stays one, and each association that cannot be made fails alone',
  askedBy: ['gateway', 'operator'],
  effect: 'changes',
  request: associations,
  /** `user.groups_full`: the user would be in more than `mostGroups` groups. */
  reply: failures(['user.unknown', 'group.unknown', 'user.groups_full']),
  refusals: ['realm.unknown'],
});

export const removeMembers = defineOperation({
  subject: 'countersign.v1.directory.membership.remove',
  summary:
    'takes users out of groups; a user that is no member stays out, and each association that cannot be ended fails alone',
  askedBy: ['operator'],
  effect: 'changes',
  request: associations,
  reply: failures(['user.unknown', 'group.unknown']),
  refusals: ['realm.unknown'],
});
