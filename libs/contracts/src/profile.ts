import { z } from 'zod';
import { text } from './names.js';

function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);
}

/** The property that is a secret: a PIN, whatever its name says. */
export const pinKey = 'pinHash';

/** Properties a caller may write (secureauth C.0); `ExtPropertyN` can only be read. */
export const propertyKeys: readonly string[] = Object.freeze([
  'firstName',
  'lastName',
  ...numbered('phone', 4),
  ...numbered('email', 4),
  pinKey,
  ...numbered('auxId', 10),
]);

/** Questions a user can be asked (secureauth C.0). */
export const knowledgeBaseKeys: readonly string[] = Object.freeze([...numbered('kbq', 6), 'helpDeskKb']);

const propertyKeySet: ReadonlySet<string> = new Set(propertyKeys);
const knowledgeBaseKeySet: ReadonlySet<string> = new Set(knowledgeBaseKeys);
const extendedPropertyPattern = /^ExtProperty[1-9][0-9]{0,2}$/;

export function isPropertyKey(key: string): boolean {
  return propertyKeySet.has(key);
}
export function isKnowledgeBaseKey(key: string): boolean {
  return knowledgeBaseKeySet.has(key);
}
export function isExtendedPropertyKey(key: string): boolean {
  return extendedPropertyPattern.test(key);
}

export const questionAndAnswer = z.object({ question: text(1000), answer: text(1000) });

/** Changes to a profile: a key that is absent stays, an empty string clears. Unknown keys are refused on the bus. */
export const profileChanges = {
  properties: z
    .record(text(20), text(2000))
    .refine((map) => Object.keys(map).every(isPropertyKey), 'unknown property')
    .default({}),
  knowledgeBase: z
    .record(text(20), questionAndAnswer)
    .refine((map) => Object.keys(map).every(isKnowledgeBaseKey), 'unknown question')
    .default({}),
};

/** Extended properties of one user. */
export const mostExtendedProperties = 100;

/** `ExtPropertyN`: what a directory of the realm's owner says beyond the contract. Applications only read them. */
export const extendedProperties = z
  .record(text(20), text(2000))
  .refine((map) => Object.keys(map).every(isExtendedPropertyKey), 'a key is not ExtPropertyN')
  .refine((map) => Object.keys(map).length <= mostExtendedProperties, `has more than ${mostExtendedProperties} keys`);

export const userStatuses = Object.freeze(['active', 'disabled', 'locked', 'password_expired'] as const);
export type UserStatus = (typeof userStatuses)[number];

/** What of a user may be shown; a property without data is absent. */
export const profile = z.object({
  id: z.string(),
  userId: z.string(),
  /** `group_missing`: the realm demands groups and the user is in none of them. */
  state: z.enum([...userStatuses, 'group_missing']),
  properties: z.record(
    z.string(),
    z.object({ value: z.string(), isWritable: z.boolean(), displayName: z.string().optional() }),
  ),
  knowledgeBase: z.record(z.string(), z.object({ question: z.string(), answer: z.string() })),
  groups: z.array(z.string()),
});
export type Profile = z.output<typeof profile>;
