import { z } from 'zod';
import { defineEvent } from '../event.js';
import { permissions, realmProfiles } from '../realm.js';
import { refusalReasons } from './request.js';

const heardBy = ['audit', 'listener'] as const;

export const realmCreated = defineEvent({
  type: 'authentication.realm.created',
  version: 1,
  summary: 'a realm was made',
  heardBy,
  details: z.object({ realm: z.string(), profile: z.enum(realmProfiles) }),
});

export const realmChanged = defineEvent({
  type: 'authentication.realm.changed',
  version: 1,
  summary: 'settings of a realm were changed; their names',
  heardBy,
  details: z.object({ realm: z.string(), settings: z.array(z.string()) }),
});

export const applicationCreated = defineEvent({
  type: 'authentication.application.created',
  version: 1,
  summary: 'an application was registered',
  heardBy,
  details: z.object({ name: z.string(), permissions: z.array(z.enum(permissions)) }),
});

export const applicationKeyRotated = defineEvent({
  type: 'authentication.application.rotated',
  version: 1,
  summary: 'an application was given a new key',
  heardBy,
  details: z.object({ keyVersion: z.int(), previousKeyExpiresAt: z.iso.datetime() }),
});

export const applicationDisabled = defineEvent({
  type: 'authentication.application.disabled',
  version: 1,
  summary: 'an application is refused until it is enabled again',
  heardBy,
  details: z.object({}),
});

export const applicationEnabled = defineEvent({
  type: 'authentication.application.enabled',
  version: 1,
  summary: 'a disabled application is accepted again',
  heardBy,
  details: z.object({}),
});

export const applicationDeleted = defineEvent({
  type: 'authentication.application.deleted',
  version: 1,
  summary: 'an application is gone with its keys',
  heardBy,
  details: z.object({ name: z.string() }),
});

export const passwordSet = defineEvent({
  type: 'authentication.password.set',
  version: 1,
  summary: 'a user has a new password',
  heardBy,
  details: z.object({ cause: z.enum(['created', 'reset', 'changed']) }),
});

/** One event for all users of a batch; the directory tells of each user. */
export const passwordsImported = defineEvent({
  type: 'authentication.password.imported',
  version: 1,
  summary: 'users were given the password hashes that they had in another system',
  heardBy,
  details: z.object({ ids: z.array(z.string()) }),
});

export const passwordErased = defineEvent({
  type: 'authentication.password.erased',
  version: 1,
  summary: 'the password of an erased user is gone',
  heardBy,
  details: z.object({}),
});

export const passwordsExported = defineEvent({
  type: 'authentication.password.exported',
  version: 1,
  summary: 'password hashes of users were handed out to an operator',
  heardBy: ['audit'],
  details: z.object({ ids: z.array(z.string()) }),
});

export const passwordMismatched = defineEvent({
  type: 'authentication.password.mismatched',
  version: 1,
  summary: 'a wrong current password was given',
  heardBy: ['audit'],
  details: z.object({ consecutiveFailures: z.int() }),
});

export const requestsRefused = defineEvent({
  type: 'authentication.request.refused',
  version: 1,
  summary: 'requests of a known application were refused, summed up by reason',
  heardBy: ['audit'],
  details: z.object({ reason: z.enum(refusalReasons), count: z.int() }),
});
