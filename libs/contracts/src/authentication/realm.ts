import { z } from 'zod';
import { nextPage, page, realmName, realmSpelling, uuid } from '../names.js';
import { defineOperation } from '../operation.js';
import { newRealmSettings, realmProfiles, realmSettingChanges, realmSettings } from '../realm.js';

const realmView = z.object({
  realmId: uuid,
  realm: realmName,
  /** As it was given when the realm was made. */
  spelledAs: z.string(),
  profile: z.enum(realmProfiles),
  settings: realmSettings,
  createdAt: z.iso.datetime(),
});

/** A name, once taken, is never given again, in whatever case: a realm is known by its name everywhere. */
export const createRealm = defineOperation({
  subject: 'countersign.v1.authentication.realm.create',
  summary: 'makes a realm, with its profile and settings',
  askedBy: ['operator'],
  effect: 'changes',
  request: z.object({
    realm: realmSpelling,
    profile: z.enum(realmProfiles).default('compat'),
    settings: newRealmSettings.prefault({}),
  }),
  reply: realmView,
  refusals: ['realm.exists', 'realm.name_reserved'],
});

export const listRealms = defineOperation({
  subject: 'countersign.v1.authentication.realm.list',
  summary: 'lists realms by name',
  askedBy: ['operator'],
  effect: 'none',
  request: z.object(page),
  reply: z.object({ realms: z.array(realmView), ...nextPage }),
  refusals: [],
});

export const showRealm = defineOperation({
  subject: 'countersign.v1.authentication.realm.show',
  summary: 'shows one realm',
  askedBy: ['operator'],
  effect: 'none',
  request: z.object({ realm: realmName }),
  reply: realmView,
  refusals: ['realm.unknown'],
});

/**
 * A change is known to the directory and to every gateway when this has answered, or soon after. Of a setting that is an
 * object (`attributes`, `dialects`) keys that are absent stay, and null takes one back.
 */
export const setRealm = defineOperation({
  subject: 'countersign.v1.authentication.realm.set',
  summary: 'changes settings of a realm, or keys of one that is an object; null puts one back to its default',
  askedBy: ['operator'],
  effect: 'changes',
  request: z.object({ realm: realmName, settings: realmSettingChanges }),
  reply: realmView,
  refusals: ['realm.unknown'],
});
