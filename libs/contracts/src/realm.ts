import { z } from 'zod';
import { groupName, text } from './names.js';

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
});
export type RealmSettings = z.output<typeof realmSettings>;

/** What an application may ask for; each can be switched off (secureauth C.0, "permission switches"). */
export const permissions = Object.freeze([
  'user-management',
  'administrator-reset',
  'self-service-change',
  'group-association',
  'authentication',
] as const);
export type Permission = (typeof permissions)[number];
