import { longestName, type RealmProfile, text } from '@countersign/contracts';
import { z } from 'zod';

/** A text that stands in answers; empty: another text, or none, stands there. */
export const realmText = text(500).default('');

/** What a realm says to this dialect: `realm.settings.dialects.secureauth`. Every field has a default. */
export const secureauthSettings = z.object({
  /** Try the decoded path when the strict signature fails (A.6, tolerance 1). */
  tolerateDecodedPath: z.boolean().default(true),
  /** Try the Latin-1 body when the strict signature fails (A.6, tolerance 2). */
  tolerateLatin1Body: z.boolean().default(false),
  /** The vendor's `contextuser_changepwd1`..`4` (C.4). */
  passwordTexts: z
    .object({
      resetRefused: realmText,
      changeRefused: realmText,
      currentPasswordWrong: realmText,
      policyRefused: realmText,
    })
    .prefault({}),
  /**
   * Take the user's name from `?username=` (C.6). The query is not signed: an attacker who can alter a request on its way
   * could aim it at another user. Not set: taken in `compat` realms, refused in `strict` ones.
   */
  usernameInQuery: z.boolean().optional(),
  /** The domain of the realm's own users: `/users/{domain}/{userId}` with this one names `userId` alone. */
  ownDomain: text(longestName).default(''),
  /** When not empty, groups are shown as `CN=<name>,<suffix>` (RFC 4514), and may be named so; else by their plain name. */
  groupNameSuffix: text(500).default(''),
  /** Whether applications may put users into groups; else they are told that groups are not supported (C.5). */
  supportsGroups: z.boolean().default(true),
});
export type SecureauthSettings = z.output<typeof secureauthSettings>;

/** Whether `?username=` counts in a realm (C.6). */
export function takesUsernameInQuery(profile: RealmProfile, { usernameInQuery }: SecureauthSettings): boolean {
  return usernameInQuery ?? profile === 'compat';
}
