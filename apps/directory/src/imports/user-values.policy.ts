import { foldName, type RealmProfile, type UserState } from '@countersign/contracts';
import { type ContactRecord, fieldOf, shapeOf } from '../contacts/contact.policy.js';
import type { Fields } from '../users/user-fields.js';
import type { UserSecrets } from '../users/user-secret-keeper.js';
import type { Candidate } from './candidate.js';

/** What two users are held against each other by. */
export interface UserValues {
  readonly state: UserState;
  readonly fields: Fields;
  readonly contacts: readonly ContactRecord[];
  readonly secrets: Fields;
  readonly aliasKeys: ReadonlySet<string>;
  readonly groupKeys: ReadonlySet<string>;
}

/**
 * What a realm tells of secrets: the values in `compat`, and in `strict` only that they are there. Else a try at an import
 * would say whether a guessed PIN is right.
 */
export function tellable(profile: RealmProfile, { clear, hashed }: UserSecrets): Fields {
  return profile === 'compat' ? clear : Object.fromEntries(Object.keys(hashed).map((field) => [field, '']));
}

/** What a candidate would be as a user of such a realm. */
export function valuesOf(candidate: Candidate, profile: RealmProfile): UserValues {
  const { state, fields, contacts, secrets, aliases, groups } = candidate;
  return {
    state,
    fields,
    contacts,
    secrets: tellable(profile, { clear: secrets, hashed: secrets }),
    aliasKeys: new Set(aliases.map(({ key }) => key)),
    groupKeys: new Set(groups.map(foldName)),
  };
}

/**
 * Whether a user has just the values that are given, and is in just these groups. When a contact was verified counts only
 * where it is given: that a user has verified one since the first import makes no other user of it.
 */
export function areSame(stored: UserValues, given: UserValues): boolean {
  return (
    stored.state === given.state &&
    areEqual(stored.fields, given.fields) &&
    areEqual(contactsOf(stored, given), contactsOf(given, given)) &&
    areEqual(stored.secrets, given.secrets) &&
    areSameSets(stored.aliasKeys, given.aliasKeys) &&
    areSameSets(stored.groupKeys, given.groupKeys)
  );
}

/** Contacts as texts by field. */
function contactsOf({ contacts }: UserValues, given: UserValues): Fields {
  const told = new Set(given.contacts.flatMap((it) => (it.verifiedAt === undefined ? [] : [fieldOf(it)])));
  return Object.fromEntries(
    contacts.map((it) => {
      const verifiedAt = it.verifiedAt !== undefined && told.has(fieldOf(it)) ? Date.parse(it.verifiedAt) : undefined;
      return [fieldOf(it), JSON.stringify([it.value, verifiedAt, ...shapeOf(it)])];
    }),
  );
}

function areEqual(one: Fields, other: Fields): boolean {
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && one[key] === other[key])
  );
}

function areSameSets(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every((key) => other.has(key));
}
