import { foldName, type RealmProfile, type UserStatus } from '@countersign/contracts';
import type { UserSecrets } from '../users/user-secret-keeper.js';
import type { Candidate } from './candidate.js';

type Values = Readonly<Record<string, string>>;

/** What two users are held against each other by. */
export interface UserValues {
  readonly status: UserStatus;
  readonly properties: Values;
  readonly questions: Values;
  readonly extendedProperties: Values;
  readonly secrets: Values;
  readonly groupKeys: ReadonlySet<string>;
}

/**
 * What a realm tells of secrets: the values in `compat`, and in `strict` only that they are there. Else a try at an import
 * would say whether a guessed PIN is right.
 */
export function tellable(profile: RealmProfile, { clear, hashed }: UserSecrets): Values {
  return profile === 'compat' ? clear : Object.fromEntries(Object.keys(hashed).map((key) => [key, '']));
}

/** What a candidate would be as a user of such a realm. */
export function valuesOf(candidate: Candidate, profile: RealmProfile): UserValues {
  const { status, properties, questions, extendedProperties, secrets, groups } = candidate;
  return {
    status,
    properties,
    questions,
    extendedProperties,
    secrets: tellable(profile, { clear: secrets, hashed: secrets }),
    groupKeys: new Set(groups.map(foldName)),
  };
}

/** Whether both have just the same values and are in just the same groups. */
export function areSame(one: UserValues, other: UserValues): boolean {
  return (
    one.status === other.status &&
    areEqual(one.properties, other.properties) &&
    areEqual(one.questions, other.questions) &&
    areEqual(one.extendedProperties, other.extendedProperties) &&
    areEqual(one.secrets, other.secrets) &&
    one.groupKeys.size === other.groupKeys.size &&
    [...one.groupKeys].every((key) => other.groupKeys.has(key))
  );
}

function areEqual(one: Values, other: Values): boolean {
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && one[key] === other[key])
  );
}
