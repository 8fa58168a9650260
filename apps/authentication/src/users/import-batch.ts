import {
  foldName,
  type ImportedUser,
  type ImportOutcome,
  type importUsers,
  longestImportDetail,
  type RequestOf,
} from '@countersign/contracts';
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

/**
 * Hashes for users that existed before, by their ids; of two for one user the second. Users that the request itself creates
 * are not among them.
 */
export function hashesToCompare(
  hashes: readonly ReadHash[],
  importables: readonly Importable[],
  outcomes: Outcomes,
): ReadonlyMap<string, string> {
  const own = new Set(importables.map(({ id }) => id));
  const compared = new Map<string, string>();
  for (const { position } of importables) {
    const { outcome, id } = outcomes.get(position) ?? {};
    const text = textAt(hashes, position);
    const isThere = outcome === 'same' || outcome === 'different' || outcome === 'updated';
    if (isThere && id !== undefined && !own.has(id) && text !== undefined) compared.set(id, text);
  }
  return compared;
}

/**
 * The outcomes of the directory, which knows no hashes, with the hashes compared as well.
 * @param others ids of users who had another hash, or none
 */
export function withOtherHashes(
  hashes: readonly ReadHash[],
  importables: readonly Importable[],
  outcomes: Outcomes,
  others: ReadonlySet<string>,
  isUpdate: boolean,
): Outcomes {
  const first = new Map<string, string | undefined>();
  const result = new Map(outcomes);
  for (const { position, user } of importables) {
    const found = outcomes.get(position);
    const [text, name] = [textAt(hashes, position), foldName(user.userId)];
    if (found?.outcome === 'created') first.set(name, text);
    if (found === undefined || found.outcome === 'created' || found.outcome === 'refused' || text === undefined)
      continue;
    const isRepeated = first.has(name);
    if (isRepeated ? first.get(name) === text : !others.has(found.id ?? '')) continue;
    const outcome = isUpdate && !isRepeated ? 'updated' : 'different';
    const detail = [...(found.detail === undefined ? [] : [found.detail]), 'passwordHash'].join(', ');
    result.set(position, { ...found, outcome, detail: detail.slice(0, longestImportDetail) });
  }
  return result;
}

function textAt(hashes: readonly ReadHash[], position: number): string | undefined {
  const hash = hashes[position];
  return hash?.ok ? hash.text : undefined;
}

/** One outcome for each user of the request. A user without an outcome was refused for its hash. */
export function outcomesByPosition(hashes: readonly ReadHash[], outcomes: Outcomes): ImportOutcome[] {
  return hashes.map((hash, position) => outcomes.get(position) ?? unsupported(hash));
}

/** The reason quotes nothing of the hash. A hash that can be read now may not have been readable in the first run. */
function unsupported(hash: ReadHash): ImportOutcome {
  const refused = { outcome: 'refused', problem: 'password.hash_unsupported' } as const;
  return hash.ok ? refused : { ...refused, detail: `passwordHash: ${hash.reason}`.slice(0, longestImportDetail) };
}
