import { z } from 'zod';
import { defineEvent } from '../event.js';
import { userStates } from '../user.js';

const heardBy = ['audit', 'listener'] as const;

export const userCreated = defineEvent({
  type: 'directory.user.created',
  summary: 'a user was created',
  heardBy,
  details: z.object({
    /** Names of the fields that have a value, never the values. */
    fields: z.array(z.string()),
    /** Groups that an import put the user into. */
    groupIds: z.array(z.string()).optional(),
    /** Of an import, when it is not `active`. */
    state: z.enum(userStates).optional(),
  }),
  personal: z.object({ userId: z.string() }),
});

export const userUpdated = defineEvent({
  type: 'directory.user.updated',
  summary: 'fields of a user were changed; their names, never their values',
  heardBy,
  details: z.object({
    set: z.array(z.string()),
    cleared: z.array(z.string()),
  }),
});

export const userMarked = defineEvent({
  type: 'directory.user.marked',
  summary: 'the state of a user was set',
  heardBy,
  details: z.object({ state: z.enum(userStates) }),
});

export const userRenamed = defineEvent({
  type: 'directory.user.renamed',
  summary: 'a user was given another user id',
  heardBy,
  details: z.object({}),
  personal: z.object({ userId: z.string(), previousUserId: z.string() }),
});

/** A service that keeps personal values of this user erases them when it hears of it. */
export const userErased = defineEvent({
  type: 'directory.user.erased',
  summary: 'a user was erased',
  heardBy,
  details: z.object({}),
});

export const secretsExported = defineEvent({
  type: 'directory.secret.exported',
  summary: 'PINs and answers of users were handed out to an operator',
  heardBy: ['audit'],
  details: z.object({ ids: z.array(z.string()) }),
});

export const groupCreated = defineEvent({
  type: 'directory.group.created',
  summary: 'a group was made',
  heardBy,
  details: z.object({ group: z.string() }),
});

export const groupRenamed = defineEvent({
  type: 'directory.group.renamed',
  summary: 'a group was given another name',
  heardBy,
  details: z.object({ group: z.string(), previousGroup: z.string() }),
});

/** With it all memberships of the group ended; they are not told one by one. */
export const groupDeleted = defineEvent({
  type: 'directory.group.deleted',
  summary: 'a group was deleted',
  heardBy,
  details: z.object({ group: z.string() }),
});

export const memberAdded = defineEvent({
  type: 'directory.membership.added',
  summary: 'a user was put into a group',
  heardBy,
  details: z.object({ groupId: z.string() }),
});

export const memberRemoved = defineEvent({
  type: 'directory.membership.removed',
  summary: 'a user was taken out of a group',
  heardBy,
  details: z.object({ groupId: z.string() }),
});
