import { z } from 'zod';
import { defineEvent } from '../event.js';
import { userStatuses } from '../profile.js';

const heardBy = ['audit', 'listener'] as const;

export const userCreated = defineEvent({
  type: 'directory.user.created',
  version: 1,
  summary: 'a user was created',
  heardBy,
  details: z.object({ properties: z.array(z.string()), knowledgeBase: z.array(z.string()) }),
  personal: z.object({ userId: z.string() }),
});

export const userUpdated = defineEvent({
  type: 'directory.user.updated',
  version: 1,
  summary: 'properties or questions of a user were changed; names of the fields, never their values',
  heardBy,
  details: z.object({
    set: z.array(z.string()),
    cleared: z.array(z.string()),
  }),
});

export const userMarked = defineEvent({
  type: 'directory.user.marked',
  version: 1,
  summary: 'the status of a user was set',
  heardBy,
  details: z.object({ status: z.enum(userStatuses) }),
});

export const groupCreated = defineEvent({
  type: 'directory.group.created',
  version: 1,
  summary: 'a group was made',
  heardBy,
  details: z.object({ group: z.string() }),
});

export const memberAdded = defineEvent({
  type: 'directory.membership.added',
  version: 1,
  summary: 'a user was put into a group',
  heardBy,
  details: z.object({ groupId: z.string() }),
});

export const directoryKeysResealed = defineEvent({
  type: 'directory.key-ring.resealed',
  version: 1,
  summary: 'all sealed values are under the current key of the ring',
  heardBy: ['audit'],
  details: z.object({ keyId: z.string(), count: z.int() }),
});
