import type { ImportedUser, ImportOutcome, importUsers, RequestOf } from '@countersign/contracts';
import { readForeignHash } from '@countersign/hashing';

type ImportRequest = RequestOf<typeof importUsers>;

/** A user that is sent to the directory. */
export interface Importable {
  /** In the request. */
  readonly position: number;
  /** Under which the user is to be created. */
  readonly id: string;
  readonly user: ImportedUser;
}

/** Outcomes by position in the request. */
export type Outcomes = ReadonlyMap<number, ImportOutcome>;

/** By position: the hash as the hasher reads it, undefined where the user has none; or why it cannot be kept. */
export type ReadHash =
  | { readonly ok: true; readonly text: string | undefined }
  | { readonly ok: false; readonly reason: string };

export function readHashes(users: ImportRequest['users']): readonly ReadHash[] {
  return users.map(({ passwordHash }) =>
    passwordHash === undefined ? { ok: true, text: undefined } : readForeignHash(passwordHash),
  );
}

/** Users that have an id. The others, and all hashes, are not sent to the directory. */
export function importablesOf(users: ImportRequest['users'], ids: readonly (string | null)[]): readonly Importable[] {
  return users.flatMap(({ passwordHash, ...user }, position): Importable[] => {
    const id = ids[position] ?? null;
    return id === null ? [] : [{ position, id, user }];
  });
}

/** Ids that are users now, those that an earlier run of the same import created among them. */
export function usersAmong(importables: readonly Importable[], outcomes: Outcomes): string[] {
  return importables
    .filter(({ position, id }) => {
      const outcome = outcomes.get(position);
      return outcome?.outcome === 'created' || outcome?.id === id;
    })
    .map(({ id }) => id);
}

/** Positions of users whose ids a sweep has given up: they never become users. */
export function spentAmong(outcomes: Outcomes): ReadonlySet<number> {
  return new Set([...outcomes].filter(([, { problem }]) => problem === 'user.withdrawn').map(([position]) => position));
}

/** One outcome for each user of the request. A user without an outcome was refused for its hash. */
export function outcomesByPosition(hashes: readonly ReadHash[], outcomes: Outcomes): ImportOutcome[] {
  return hashes.map((hash, position) => outcomes.get(position) ?? unsupported(hash));
}

const longestDetail = 200;

/** The reason quotes nothing of the hash. A hash that can be read now may not have been readable in the first run. */
function unsupported(hash: ReadHash): ImportOutcome {
  const refused = { outcome: 'refused', problem: 'password.hash_unsupported' } as const;
  return hash.ok ? refused : { ...refused, detail: hash.reason.slice(0, longestDetail) };
}
