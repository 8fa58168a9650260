import type { ImportedUser, ImportOutcome, importUsers, RequestOf } from '@countersign/contracts';
import { readForeignHash } from '@countersign/hashing';

/** A user whom the directory may judge. */
export interface Importable {
  /** In the request. */
  readonly position: number;
  /** Under which the user is to be created. */
  readonly id: string;
  readonly user: ImportedUser;
  /** As the hasher reads it. */
  readonly hash: string | undefined;
}

/**
 * Those users of an import whose hashes can be kept; of the others nobody hears.
 * @param newId gives an id that nobody has
 */
export function importablesOf(users: RequestOf<typeof importUsers>['users'], newId: () => string): Importable[] {
  return users.flatMap(({ passwordHash, ...user }, position): Importable[] => {
    if (passwordHash === undefined) return [{ position, id: newId(), user, hash: undefined }];
    const read = readForeignHash(passwordHash);
    return read.ok ? [{ position, id: newId(), user, hash: read.text }] : [];
  });
}

/** Ids of those who are users now, also by an earlier run of the same import. */
export function usersAmong(importables: readonly Importable[], outcomes: readonly ImportOutcome[]): string[] {
  return importables
    .filter(({ id }, index) => outcomes[index]?.outcome === 'created' || outcomes[index]?.id === id)
    .map(({ id }) => id);
}

/**
 * One outcome for each user of the request, by position; who was not importable is refused.
 * @param outcomes the directory's, one for each importable
 */
export function outcomesByPosition(
  count: number,
  importables: readonly Importable[],
  outcomes: readonly ImportOutcome[],
): ImportOutcome[] {
  const judged = new Map(importables.map(({ position }, index) => [position, outcomes[index]]));
  return Array.from({ length: count }, (_, position) => judged.get(position) ?? unsupported);
}

const unsupported: ImportOutcome = Object.freeze({ outcome: 'refused', problem: 'password.hash_unsupported' });
