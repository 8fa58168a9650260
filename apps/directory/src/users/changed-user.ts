import { type DividedChanges, difference, merge } from './user-changes.policy.js';
import type { Fields } from './user-fields.js';
import type { UserSecrets } from './user-secret-keeper.js';

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
