import { foldName, type RealmProfile, type UserState } from '@countersign/contracts';
import type { ContactRecord } from '../contacts/contact.policy.js';
import { planContacts } from '../contacts/user-contacts.js';
import { difference, merge } from '../users/user-changes.policy.js';
import type { Fields } from '../users/user-fields.js';
import type { UserSecrets } from '../users/user-secret-keeper.js';
import type { Candidate } from './candidate.js';

/** The values of a user that are compared with a record. */
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
  return profile === 'compat' ? clear : Object.fromEntries(Object.entries(hashed).map(withoutValue));
}

/** An empty text takes a value away, which may be told. */
function withoutValue([field, value]: readonly [string, string]): [string, string] {
  return [field, value === '' ? '' : 'is there'];
}

/** What a candidate would be as a user of such a realm. */
export function valuesOf(candidate: Candidate, profile: RealmProfile): UserValues {
  const { state, fields, contacts, secrets, aliases, groups } = candidate;
  return {
    state: state ?? 'active',
    fields,
    contacts,
    secrets: tellable(profile, { clear: secrets, hashed: secrets }),
    aliasKeys: new Set(aliases.map(({ key }) => key)),
    groupKeys: new Set(groups.map(foldName)),
  };
}

/**
 * The fields in which a user differs from a record: those that an update by it would change. Other fields, further groups
 * and aliases, and contacts at other positions are not compared.
 */
export function differences(known: UserValues, candidate: Candidate, profile: RealmProfile): readonly string[] {
  const { changes, request, aliases, groups, state } = candidate;
  const secrets = tellable(profile, { clear: changes.secrets, hashed: changes.secrets });
  const contacts = planContacts(known.contacts, request);
  const fields = [
    difference(known.fields, merge(known.fields, changes.fields)),
    difference(known.secrets, merge(known.secrets, secrets)),
    contacts,
  ].flatMap(({ set, cleared }) => [...set, ...cleared]);
  if (state !== undefined && state !== known.state) fields.push('state');
  if (aliases.some(({ key }) => !known.aliasKeys.has(key))) fields.push('aliases');
  if (groups.some((name) => !known.groupKeys.has(foldName(name)))) fields.push('groups');
  return [...new Set(fields)].toSorted();
}
