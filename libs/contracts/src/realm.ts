import { z } from 'zod';
import { groupName, text } from './names.js';
import { isExtendedPropertyKey, isPropertyKey } from './profile.js';

/** `compat` speaks the vendor's contract; `strict` keeps to NIST SP 800-63B-4 (docs/guides/realm-profiles.md). */
export const realmProfiles = Object.freeze(['compat', 'strict'] as const);
export type RealmProfile = (typeof realmProfiles)[number];

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
  /** The vendor's `contextuser_changepwd1`..`4` (secureauth C.4). */
  passwordTexts: z
    .object({
      resetRefused: text(500).default(''),
      changeRefused: text(500).default(''),
      currentPasswordWrong: text(500).default(''),
      policyRefused: text(500).default(''),
    })
    .prefault({}),
  /**
   * Hear the user's name in `?username=` (secureauth C.6). The query is not signed: whoever can alter a request on its
   * way could aim it at another user. Not set: heard in `compat` realms, refused in `strict` ones.
   */
  usernameInQuery: z.boolean().optional(),
  /** The domain of the realm's own users: `/users/{domain}/{userId}` with this one names `userId` alone. */
  ownDomain: text(256).default(''),
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

/** Some settings of a realm, to be changed. Their values are judged together with those that stay. */
export const realmSettingChanges = z
  .record(text(50), z.unknown())
  .refine((map) => Object.keys(map).every((name) => Object.hasOwn(realmSettings.shape, name)), 'an unknown setting');

/**
 * The settings after a change; `null` puts a setting back to its default.
 * @throws ZodError when a value does not fit
 */
export function changedSettings(before: RealmSettings, changes: z.output<typeof realmSettingChanges>): RealmSettings {
  const merged: Record<string, unknown> = { ...before, ...changes };
  for (const [name, value] of Object.entries(changes)) if (value === null) delete merged[name];
  return z.strictObject(realmSettings.shape).parse(merged);
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
