import type { UserChanges } from '@countersign/contracts';
import { isMailAddress } from '../contacts/mail-address.policy.js';
import { comparableAnswer } from './comparable-answer.policy.js';
import type { Fields } from './user-fields.js';
import type { UserSecrets } from './user-secret-keeper.js';

/** Changes divided by how values are kept: as they are, or as secrets. An empty text clears. */
export interface DividedChanges {
  readonly fields: Fields;
  /** The PIN as `pin`, answers under the field of their question. */
  readonly secrets: Fields;
}

/** Why changes are refused; `detail` names the field and the rule, never the value. */
export interface Fault {
  readonly code: 'user.email_invalid' | 'user.property_invalid' | 'user.property_read_only';
  readonly detail: string;
}

/** UTF-16 units of a PIN in NFC or of an answer as compared. It bounds what a strict realm hashes; all realms have the same rule. */
const longestSecret = 1_000;
/** NFC makes three units of one at most (UAX 15). */
const longestGrowth = 3;

/** The first thing about the values that is not acceptable; whatever it is, nothing is applied. */
export function faultOf({ emails, questions, pin = '' }: UserChanges): Fault | undefined {
  for (const { position, value } of emails) {
    if (value !== '' && !isMailAddress(value))
      return { code: 'user.email_invalid', detail: `emails.${position}: is not written like a mail address` };
  }
  for (const [key, { answer = '' }] of Object.entries(questions)) {
    if (comparableAnswer(answer).length > longestSecret) return tooLong(`questions.${key}`);
  }
  const isTooLong = pin.length * longestGrowth > longestSecret && pin.normalize('NFC').length > longestSecret;
  return isTooLong ? tooLong('pin') : undefined;
}

function tooLong(field: string): Fault {
  return invalid(field, `is longer than ${longestSecret} characters`);
}

export function invalid(field: string, rule: string): Fault {
  return { code: 'user.property_invalid', detail: `${field}: ${rule}` };
}

/** Sets apart what is kept as a secret: the PIN and the answers. */
export function divide(changes: Omit<UserChanges, 'emails' | 'phones'>): DividedChanges {
  const { name, attributes, questions, pin, displayName, locale, timezone, externalId, notes } = changes;
  const fields: Record<string, string> = {};
  const secrets: Record<string, string> = {};
  const texts = {
    displayName,
    'name.given': name.given,
    'name.family': name.family,
    locale,
    timezone,
    externalId,
    notes,
  };
  for (const [field, text] of Object.entries(texts)) if (text !== undefined) fields[field] = text;
  for (const [attribute, value] of Object.entries(attributes)) fields[`attributes.${attribute}`] = value;
  for (const [key, { question, answer }] of Object.entries(questions)) {
    if (question !== undefined) fields[`questions.${key}`] = question;
    if (answer !== undefined) secrets[`questions.${key}`] = answer;
  }
  if (pin !== undefined) secrets.pin = pin;
  return { fields, secrets };
}

/** Every field that changes name, also one that they leave as it is. */
export function namedIn({ fields, secrets }: DividedChanges): readonly string[] {
  return [...new Set([...Object.keys(fields), ...Object.keys(secrets)])];
}

/** Values of `stored` after `changes`: an empty text takes its field away. The result is a new object. */
export function merge(stored: Fields, changes: Fields): Fields {
  return Object.fromEntries(Object.entries({ ...stored, ...changes }).filter(([, value]) => value !== ''));
}

/** Fields that `after` sets anew or otherwise than `before`, and fields that it lacks. */
export function difference(
  before: Fields,
  after: Fields,
): { readonly set: readonly string[]; readonly cleared: readonly string[] } {
  return {
    set: Object.keys(after).filter((field) => !Object.hasOwn(before, field) || before[field] !== after[field]),
    cleared: Object.keys(before).filter((field) => !Object.hasOwn(after, field)),
  };
}

export interface ChangedUser {
  readonly fields: Fields;
  readonly secrets: UserSecrets;
  /** Fields that got a value or another one; a question and its answer go by one name. */
  readonly set: readonly string[];
  readonly cleared: readonly string[];
}

/** What a user has after `changes`, of which `guarded` is the secret part as the realm keeps it. */
export function changeUser(
  before: Fields,
  secretsBefore: UserSecrets,
  changes: DividedChanges,
  guarded: UserSecrets,
): ChangedUser {
  const fields = merge(before, changes.fields);
  const secrets = {
    clear: merge(secretsBefore.clear, guarded.clear),
    hashed: merge(secretsBefore.hashed, guarded.hashed),
  };
  const differences = [
    difference(before, fields),
    difference(secretsBefore.clear, secrets.clear),
    difference(secretsBefore.hashed, secrets.hashed),
  ];
  const set = new Set(differences.flatMap((it) => it.set));
  const cleared = new Set(differences.flatMap((it) => it.cleared));
  return { fields, secrets, set: [...set], cleared: [...cleared].filter((field) => !set.has(field)) };
}
