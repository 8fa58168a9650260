import { z } from 'zod';
import { groupName, longestName, text } from './names.js';
import { isExtendedPropertyKey, isPropertyKey } from './profile.js';

/** `compat` speaks the vendor's contract; `strict` keeps to NIST SP 800-63B-4 (docs/guides/realm-profiles.md). */
export const realmProfiles = Object.freeze(['compat', 'strict'] as const);
export type RealmProfile = (typeof realmProfiles)[number];

/** The vendor's `contextuser_changepwd1`..`4` (secureauth C.4). */
const passwordTexts = z.object({
  resetRefused: text(500).default(''),
  changeRefused: text(500).default(''),
  currentPasswordWrong: text(500).default(''),
  policyRefused: text(500).default(''),
});

/** What an operator may set per realm. Every field has a default, so that settings only grow. */
export const realmSettings = z.object({
  /** Try the decoded path when the strict signature fails (secureauth A.6, tolerance 1). */
  tolerateDecodedPath: z.boolean().default(true),
  /** Try the Latin-1 body when the strict signature fails (secureauth A.6, tolerance 2). */
  tolerateLatin1Body: z.boolean().default(false),
  /** Refuse a mail address that another user of the realm has (`Duplicate email.`, secureauth C.3). */
  uniqueEmail: z.boolean().default(false),
  /** When not empty, a user in none of these groups reads as `invalid_group` (secureauth C.1). */
  requiredGroups: z.array(groupName).max(50).default([]),
  passwordTexts: passwordTexts.prefault({}),
  /**
   * Hear the user's name in `?username=` (secureauth C.6). The query is not signed: whoever can alter a request on its
   * way could aim it at another user. Not set: heard in `compat` realms, refused in `strict` ones.
   */
  usernameInQuery: z.boolean().optional(),
  /** The domain of the realm's own users: `/users/{domain}/{userId}` with this one names `userId` alone. */
  ownDomain: text(longestName).default(''),
  /** Properties that applications may read but not write (`isWritable` is `false`, secureauth C.1). */
  readOnlyProperties: z.array(text(20).refine(isPropertyKey, 'is no property of a profile')).max(50).default([]),
  /** Display names of `ExtPropertyN`; one without a name shows its key. */
  extendedPropertyNames: z
    .record(text(20), text(200).min(1))
    .refine((map) => Object.keys(map).every(isExtendedPropertyKey), 'a key is not ExtPropertyN')
    .default({}),
  /** When not empty, groups are shown as `CN=<name>,<suffix>` (RFC 4514), and may be named so; else by their plain name. */
  groupNameSuffix: text(500).default(''),
  /** Whether applications may put users into groups; else they are told that groups are not supported (secureauth C.5). */
  supportsGroups: z.boolean().default(true),
});
export type RealmSettings = z.output<typeof realmSettings>;

/**
 * The settings as they are kept and handed on between services: with those that a newer program has added, which one
 * that does not know them must not lose while both run.
 */
export const keptRealmSettings = realmSettings.extend({ passwordTexts: passwordTexts.loose().prefault({}) }).loose();

/**
 * Some settings of a realm, to be changed. Of a setting that is an object, some keys. Their values are judged together
 * with those that stay.
 */
export const realmSettingChanges = z
  .record(text(50), z.unknown())
  .refine((map) => Object.keys(map).every((name) => Object.hasOwn(realmSettings.shape, name)), 'an unknown setting')
  .refine(
    ({ passwordTexts: texts }) => Object.keys(texts ?? {}).every((name) => Object.hasOwn(passwordTexts.shape, name)),
    { path: ['passwordTexts'], error: 'an unknown text' },
  );

/**
 * The settings after a change. `null` puts a setting back to its default. A setting that is an object changes key by
 * key: a key that is absent stays, and `null` removes one, or puts it back to its default.
 * @throws ZodError when a name is unknown or a value does not fit
 */
export function changedSettings(before: RealmSettings, changes: z.output<typeof realmSettingChanges>): RealmSettings {
  return keptRealmSettings.parse(merged(before, realmSettingChanges.parse(changes)));
}

function merged(before: object, changes: object): Record<string, unknown> {
  const values = new Map<string, unknown>(Object.entries(before));
  for (const [name, value] of Object.entries(changes)) {
    const old = values.get(name);
    if (value === null) values.delete(name);
    else values.set(name, isPlainObject(value) ? merged(isPlainObject(old) ? old : {}, value) : value);
  }
  return Object.fromEntries(values);
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether `?username=` is heard in a realm (secureauth C.6). */
export function hearsUsernameInQuery(profile: RealmProfile, settings: RealmSettings): boolean {
  return settings.usernameInQuery ?? profile === 'compat';
}

/** What an application may ask for; each can be switched off (secureauth C.0, "permission switches"). */
export const permissions = Object.freeze([
  'user-management',
  'user-deletion',
  'administrator-reset',
  'self-service-change',
  'group-association',
  'authentication',
] as const);
export type Permission = (typeof permissions)[number];

/** What an application may ask for of which nothing else is said: nothing that cannot be undone. */
export const defaultPermissions: readonly Permission[] = Object.freeze(
  permissions.filter((permission) => permission !== 'user-deletion'),
);
