import { type DividedChanges, difference, merge } from './profile-changes.policy.js';
import type { UserContent } from './user.store.js';
import type { UserSecrets } from './user-secret-keeper.js';

export interface ChangedProfile {
  readonly content: UserContent;
  readonly secrets: UserSecrets;
  /** Names of what got a value or another one; a question and its answer go by one name. */
  readonly set: readonly string[];
  readonly cleared: readonly string[];
}

/** What a user has after `changes`, of which `guarded` is the secret part as the realm keeps it. */
export function changeProfile(
  before: UserContent,
  secretsBefore: UserSecrets,
  changes: DividedChanges,
  guarded: UserSecrets,
): ChangedProfile {
  const content = {
    properties: merge(before.properties, changes.properties),
    questions: merge(before.questions, changes.questions),
  };
  const secrets = {
    clear: merge(secretsBefore.clear, guarded.clear),
    hashed: merge(secretsBefore.hashed, guarded.hashed),
  };
  const differences = [
    difference(before.properties, content.properties),
    difference(before.questions, content.questions),
    difference(secretsBefore.clear, secrets.clear),
    difference(secretsBefore.hashed, secrets.hashed),
  ];
  const set = new Set(differences.flatMap((it) => it.set));
  const cleared = new Set(differences.flatMap((it) => it.cleared));
  return { content, secrets, set: [...set].sort(), cleared: [...cleared].filter((key) => !set.has(key)).sort() };
}
