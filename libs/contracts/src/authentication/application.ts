import { z } from 'zod';
import { applicationId, applicationKey, nextPage, page, realmName, text, uuid } from '../names.js';
import { defineOperation } from '../operation.js';
import { defaultPermissions, permissions, realmProfiles, realmSettings } from '../realm.js';

const applicationView = z.object({
  applicationId,
  realm: realmName,
  name: z.string(),
  permissions: z.array(z.enum(permissions)),
  isDisabled: z.boolean(),
  /** Keys that are accepted now, newest first, never their values. */
  keys: z.array(z.object({ keyVersion: z.int(), createdAt: z.iso.datetime(), expiresAt: z.iso.datetime().optional() })),
  createdAt: z.iso.datetime(),
});

/** The key is in this reply and nowhere else, ever. */
export const createApplication = defineOperation({
  subject: 'countersign.v1.authentication.application.create',
  summary: 'registers an application and gives out its key, once',
  askedBy: ['operator'],
  effect: 'changes',
  request: z.object({
    realm: realmName,
    name: text(100).min(1),
    permissions: z.array(z.enum(permissions)).default([...defaultPermissions]),
  }),
  reply: z.object({ applicationId, applicationKey }),
  refusals: ['realm.unknown'],
});

export const listApplications = defineOperation({
  subject: 'countersign.v1.authentication.application.list',
  summary: 'lists applications',
  askedBy: ['operator'],
  effect: 'none',
  request: z.object({ realm: realmName.optional(), ...page }),
  reply: z.object({ applications: z.array(applicationView), ...nextPage }),
  refusals: ['realm.unknown'],
});

export const showApplication = defineOperation({
  subject: 'countersign.v1.authentication.application.show',
  summary: 'shows one application',
  askedBy: ['operator'],
  effect: 'none',
  request: z.object({ applicationId }),
  reply: applicationView,
  refusals: ['application.unknown'],
});

/** Old and new key are valid together for `overlapSeconds`; 0 ends the old key in the same transaction. */
export const rotateApplicationKey = defineOperation({
  subject: 'countersign.v1.authentication.application.rotate',
  summary: 'gives an application a new key; the old one stays valid for a stated time',
  askedBy: ['operator'],
  effect: 'changes',
  request: z.object({
    applicationId,
    overlapSeconds: z
      .int()
      .min(0)
      .max(30 * 86_400)
      .default(86_400),
  }),
  reply: z.object({ applicationId, applicationKey, previousKeyExpiresAt: z.iso.datetime() }),
  refusals: ['application.unknown', 'application.disabled'],
});

/** Every key of the application is refused from the commit on, at every gateway, until it is enabled again. */
export const disableApplication = defineOperation({
  subject: 'countersign.v1.authentication.application.disable',
  summary: 'refuses an application until it is enabled again',
  askedBy: ['operator'],
  effect: 'changes',
  request: z.object({ applicationId }),
  reply: applicationView,
  refusals: ['application.unknown'],
});

/** Requests signed with its live keys are accepted again. */
export const enableApplication = defineOperation({
  subject: 'countersign.v1.authentication.application.enable',
  summary: 'accepts a disabled application again, with the keys it has',
  askedBy: ['operator'],
  effect: 'changes',
  request: z.object({ applicationId }),
  reply: applicationView,
  refusals: ['application.unknown'],
});

/** Its keys are removed, and its id is never given to another application. */
export const deleteApplication = defineOperation({
  subject: 'countersign.v1.authentication.application.delete',
  summary: 'removes an application with its keys, for good',
  askedBy: ['operator'],
  effect: 'changes',
  request: z.object({ applicationId }),
  reply: z.object({ applicationId, realm: realmName, name: z.string() }),
  refusals: ['application.unknown'],
});

/** What a gateway must know to check a signature. It may cache this: the claim names `version`, and a stale one loses. */
export const showCredential = defineOperation({
  subject: 'countersign.v1.authentication.application.credential',
  summary: 'gives a gateway the live keys of an application and what its realm allows',
  askedBy: ['gateway'],
  effect: 'none',
  request: z.object({ applicationId }),
  reply: z.object({
    applicationId,
    /** Grows with every change to the application, its keys or its realm. */
    version: z.int(),
    keys: z.array(z.object({ keyVersion: z.int(), key: applicationKey })),
    permissions: z.array(z.enum(permissions)),
    realm: realmName,
    realmId: uuid,
    profile: z.enum(realmProfiles),
    settings: realmSettings,
  }),
  refusals: ['application.unknown', 'application.disabled', 'key_ring.key_unknown'],
});
