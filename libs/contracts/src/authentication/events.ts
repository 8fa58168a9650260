import { z } from 'zod';
import { defineEvent } from '../event.js';
import { permissions, realmProfiles } from '../realm.js';
import { refusalReasons } from './request.js';

const heardBy = ['audit', 'listener'] as const;

export const realmCreated = defineEvent({
  type: 'authentication.realm.created',
  summary: 'a realm was made',
  heardBy,
  details: z.object({ realm: z.string(), profile: z.enum(realmProfiles) }),
});

export const realmChanged = defineEvent({
  type: 'authentication.realm.changed',
  summary: 'settings of a realm were changed; their names',
  heardBy,
  details: z.object({ realm: z.string(), settings: z.array(z.string()) }),
});

export const applicationCreated = defineEvent({
  type: 'authentication.application.created',
  summary: 'an application was registered',
  heardBy,
  details: z.object({ name: z.string(), permissions: z.array(z.enum(permissions)) }),
});

export const applicationKeyRotated = defineEvent({
  type: 'authentication.application.rotated',
  summary: 'an application was given a new key',
  heardBy,
  details: z.object({ keyVersion: z.int(), previousKeyExpiresAt: z.iso.datetime() }),
});

export const applicationDisabled = defineEvent({
  type: 'authentication.application.disabled',
  summary: 'an application is refused until it is enabled again',
  heardBy,
  details: z.object({}),
});

export const applicationEnabled = defineEvent({
  type: 'authentication.application.enabled',
  summary: 'a disabled application is accepted again',
  heardBy,
  details: z.object({}),
});

export const applicationDeleted = defineEvent({
  type: 'authentication.application.deleted',
  summary: 'an application is gone with its keys',
  heardBy,
  details: z.object({ name: z.string() }),
});

export const passwordSet = defineEvent({
  type: 'authentication.password.set',
  summary: 'a user has a new password',
  heardBy,
  details: z.object({ cause: z.enum(['created', 'reset', 'changed']) }),
});

/** One event for all users of a batch; the directory tells of each user. */
export const passwordsImported = defineEvent({
  type: 'authentication.password.imported',
  summary: 'users were given the password hashes that they had in another system',
  heardBy,
  details: z.object({ ids: z.array(z.string()) }),
});

export const passwordErased = defineEvent({
  type: 'authentication.password.erased',
  summary: 'the password of an erased user is gone',
  heardBy,
  details: z.object({}),
});

export const passwordsExported = defineEvent({
  type: 'authentication.password.exported',
  summary: 'password hashes of users were handed out to an operator',
  heardBy: ['audit'],
  details: z.object({ ids: z.array(z.string()) }),
});

export const passwordMismatched = defineEvent({
  type: 'authentication.password.mismatched',
  summary: 'a wrong current password was given',
  heardBy: ['audit'],
  details: z.object({ consecutiveFailures: z.int() }),
});

export const requestsRefused = defineEvent({
  type: 'authentication.request.refused',
  summary: 'requests of a known application were refused, summed up by reason',
  heardBy: ['audit'],
  details: z.object({ reason: z.enum(refusalReasons), count: z.int() }),
});
