import { z } from 'zod';
import { text, userId, uuid } from './names.js';

/**
 * The neutral user: one shape that serves every dialect (docs/adr/0016). The words are those of SCIM 2.0 (RFC 7643
 * 4.1) where it has one; a dialect maps them and stores nothing of its own.
 */

/**
 * `pending`: made, not activated. `deleted`: kept for a time, then erased. A state is set by an operator or by a
 * service, always with its time and, where one was given, its reason.
 */
export const userStates = Object.freeze([
  'pending',
  'active',
  'suspended',
  'locked',
  'password_expired',
  'disabled',
  'deleted',
] as const);
export type UserState = (typeof userStates)[number];

/** UTF-16 units of one value of a profile. */
export const longestValue = 2_000;
const value = text(longestValue);

/** Names of one user beside the user id; they share its name space. */
export const mostAliases = 20;
/**
 * Groups of one user: with names as long as names may be, they and the longest profile fit a message of the bus, and the
 * event of an import that names all of them stays below 32 KiB.
 */
export const mostGroups = 700;
export const mostEmails = 20;
export const mostPhones = 100;

export const contactKinds = Object.freeze(['work', 'home', 'mobile', 'landline', 'other'] as const);

/** A mail address is a record of its own: a factor that sends codes points at its `id`. Positions count from 1. */
export const emailAddress = z.object({
  id: uuid,
  value: z.string(),
  kind: z.enum(contactKinds),
  label: z.string().optional(),
  position: z.int().min(1),
  verifiedAt: z.iso.datetime().optional(),
  addedAt: z.iso.datetime(),
});
export type EmailAddress = z.output<typeof emailAddress>;

/** What one dialect alone knows of a phone, such as its platform; carried opaquely. */
const phoneDetails = z
  .record(text(50).min(1), text(500))
  .refine((map) => Object.keys(map).length <= 20, 'has more than 20 details');

/** A phone is a record of its own; a number that several users share is a record for each of them. */
export const phone = emailAddress.extend({
  extension: z.string().optional(),
  details: z.record(z.string(), z.string()).optional(),
});
export type Phone = z.output<typeof phone>;

const name = z.object({ given: value.optional(), family: value.optional() });

export const attributeName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,39}$/, 'is not a letter and at most 39 letters, digits and underscores');
/** Attributes of one user. */
export const mostAttributes = 200;

/** Which of a user's questions: `1` to `20`, or a name such as `help_desk`. */
export const questionKey = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_]{0,19}$/, 'is not 1 to 20 of a-z, 0-9 and _, a letter or digit first');
/** Questions of one user. */
export const mostQuestions = 20;
const longestQuestion = 1_000;
export const questionAndAnswer = z.object({ question: text(longestQuestion), answer: text(longestQuestion) });

function atMost(count: number, what: string) {
  return [(map: object) => Object.keys(map).length <= count, `has more than ${count} ${what}`] as const;
}

/** The mail address or phone at a position. An empty `value` removes it; the same value keeps the record and its id. */
const emailChange = z.object({
  position: z.int().min(1).max(mostEmails),
  value,
  kind: z.enum(contactKinds).optional(),
  label: text(100).optional(),
});
const phoneChange = emailChange.extend({
  position: z.int().min(1).max(mostPhones),
  extension: text(20).optional(),
  details: phoneDetails.optional(),
});
export type EmailChange = z.output<typeof emailChange>;
export type PhoneChange = z.output<typeof phoneChange>;

function positionsDiffer(changes: readonly { readonly position: number }[]): boolean {
  return new Set(changes.map(({ position }) => position)).size === changes.length;
}

/** Fields of one text each. */
const texts = {
  displayName: value.optional(),
  locale: text(35).optional(),
  timezone: text(100).optional(),
  externalId: value.optional(),
  notes: text(10_000).optional(),
};
const maps = {
  attributes: z
    .record(attributeName, value)
    .refine(...atMost(mostAttributes, 'attributes'))
    .default({}),
  /** The half that is absent stays as it is. */
  questions: z
    .record(questionKey, questionAndAnswer.partial())
    .refine(...atMost(mostQuestions, 'questions'))
    .default({}),
  /** A secret: readable in `compat` realms only. */
  pin: value.optional(),
};

/** Changes of a user. A field that is absent stays as it is; an empty text clears it. */
export const userChanges = {
  ...texts,
  name: name.default({}),
  emails: z.array(emailChange).max(mostEmails).refine(positionsDiffer, 'names a position twice').default([]),
  phones: z.array(phoneChange).max(mostPhones).refine(positionsDiffer, 'names a position twice').default([]),
  ...maps,
};
const userChangesObject = z.object(userChanges);
export type UserChanges = z.output<typeof userChangesObject>;
/** As a caller may hand them in. */
export type UserChangesInput = z.input<typeof userChangesObject>;

/** All further names of a user, instead of those before. */
export const aliases = z.array(userId).max(mostAliases);

/** A contact of an import: without a position it takes that of its place in the list. */
const importedContact = {
  position: z.int().min(1).max(mostPhones).optional(),
  verifiedAt: z.iso
    .datetime('is not a time in UTC such as 2026-05-01T09:30:00Z')
    .refine((time) => !time.startsWith('0000'), 'has the year 0000, which PostgreSQL does not keep')
    .optional(),
};
function placed<Contact extends { position?: number | undefined }>(contacts: readonly Contact[]) {
  return contacts.map((contact, index) => ({ ...contact, position: contact.position ?? index + 1 }));
}

/** A user as another system hands it over: what is absent is empty. */
export const importedValues = {
  ...texts,
  aliases: aliases.default([]),
  name: name.default({}),
  emails: z
    .array(emailChange.extend(importedContact))
    .max(mostEmails)
    .transform(placed)
    .refine(positionsDiffer, 'names a position twice')
    .refine((emails) => emails.every(({ position }) => position <= mostEmails), `names a position beyond ${mostEmails}`)
    .default([]),
  phones: z
    .array(phoneChange.extend(importedContact))
    .max(mostPhones)
    .transform(placed)
    .refine(positionsDiffer, 'names a position twice')
    .default([]),
  ...maps,
};

/** A user without secrets. What has no value is absent. */
export const userValues = {
  aliases: z.array(z.string()),
  displayName: z.string().optional(),
  name: z.object({ given: z.string().optional(), family: z.string().optional() }),
  locale: z.string().optional(),
  timezone: z.string().optional(),
  externalId: z.string().optional(),
  notes: z.string().optional(),
  emails: z.array(emailAddress),
  phones: z.array(phone),
  attributes: z.record(z.string(), z.string()),
  groups: z.array(z.string()),
};

/** A user as the directory shows it. */
export const user = z.object({
  id: uuid,
  userId: z.string(),
  state: z.enum(userStates),
  stateReason: z.string().optional(),
  stateChangedAt: z.iso.datetime(),
  /** The realm demands groups and the user is in none of them. */
  isGroupMissing: z.boolean(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  activatedAt: z.iso.datetime().optional(),
  ...userValues,
  /** A question stays visible where its answer is not. */
  questions: z.record(z.string(), z.object({ question: z.string(), answer: z.string().optional() })),
  pin: z.string().optional(),
});
export type User = z.output<typeof user>;

const internal = { id: true, addedAt: true } as const;

/**
 * A user as a protocol shows it to applications. Ids and times of records are left out: no protocol shows them, and with
 * them the reply of the most frequent read was twice as long.
 */
export const profile = user
  .omit({ stateReason: true, stateChangedAt: true, createdAt: true, updatedAt: true, activatedAt: true })
  .extend({ emails: z.array(emailAddress.omit(internal)), phones: z.array(phone.omit(internal)) });
export type Profile = z.output<typeof profile>;

/**
 * The name of one field of a user, as events and settings tell of it: `displayName`, `name.family`, `emails.1`,
 * `attributes.custom3`, `questions.help_desk`, `pin`.
 */
export const userField = z
  .string()
  .max(60)
  .regex(
    /^(?:displayName|name\.(?:given|family)|locale|timezone|externalId|notes|aliases|pin|(?:emails|phones)\.[1-9][0-9]{0,2}|attributes\.[A-Za-z][A-Za-z0-9_]{0,39}|questions\.[a-z0-9][a-z0-9_]{0,19})$/,
    'is no field of a user',
  );
