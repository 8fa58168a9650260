import type { GroupRefusal } from '../groups/hold-groups.js';
import type { Candidate, Refusal } from './candidate.js';

/** What exists in the realm already and what it declares: an import has to fit both. */
export interface ImportConstraints {
  /** User ids (folded) of users that are there. */
  readonly takenKeys: { has(userKey: string): boolean };
  /** Names (folded) that no user can be given: user ids that are aliases, aliases that are user ids or aliases. */
  readonly takenNames: ReadonlySet<string>;
  /** Addresses (folded) that users have; undefined where the realm lets users share them. */
  readonly takenAddresses: ReadonlySet<string> | undefined;
  /** What the actor may not name, also of a user who is there: whether its value is the same must not be told. */
  namingFaultOf(candidate: Candidate): Refusal | undefined;
  /** What the realm says about the fields of a candidate. */
  faultOf(candidate: Candidate): Refusal | undefined;
  groupRefusalOf(name: string): GroupRefusal | undefined;
}

/** What is to become of a candidate. */
export type Plan =
  | { readonly kind: 'refuse'; readonly refusal: Refusal }
  /** There is a user of this user id already. */
  | { readonly kind: 'leave' }
  /** The request itself has this user id before. */
  | { readonly kind: 'repeat'; readonly first: Candidate }
  | { readonly kind: 'create' };

/** What those who were let in before have; each once in the realm. */
interface Given {
  readonly ids: Set<string>;
  /** User ids and aliases. */
  readonly names: Set<string>;
  readonly addresses: Set<string>;
}

/**
 * Decides about the users of a request one after another, as if each were created alone: of two with one user id, or in a
 * realm with unique addresses with one address, the first wins. One that is refused wins nothing.
 */
export function planImport(candidates: readonly Candidate[], constraints: ImportConstraints): readonly Plan[] {
  const winners = new Map<string, Candidate>();
  const given: Given = { ids: new Set(), names: new Set(), addresses: new Set() };
  return candidates.map((candidate): Plan => {
    const fault = candidate.fault ?? constraints.namingFaultOf(candidate);
    if (fault !== undefined) return { kind: 'refuse', refusal: fault };
    if (constraints.takenKeys.has(candidate.userKey)) return { kind: 'leave' };
    const first = winners.get(candidate.userKey);
    if (first !== undefined) return { kind: 'repeat', first };
    const refusal = refusalOf(candidate, constraints, given);
    if (refusal !== undefined) return { kind: 'refuse', refusal };
    winners.set(candidate.userKey, candidate);
    given.ids.add(candidate.id);
    for (const name of namesOf(candidate)) given.names.add(name);
    for (const key of candidate.emailKeys) given.addresses.add(key);
    return { kind: 'create' };
  });
}

function refusalOf(candidate: Candidate, constraints: ImportConstraints, given: Given): Refusal | undefined {
  if (given.ids.has(candidate.id)) return { code: 'user.exists' };
  if (namesOf(candidate).some((name) => constraints.takenNames.has(name) || given.names.has(name)))
    return { code: 'user.exists', detail: 'another user has the user id as an alias, or one of the aliases' };
  const fault = constraints.faultOf(candidate);
  if (fault !== undefined) return fault;
  for (const [index, group] of candidate.groups.entries()) {
    const refusal = constraints.groupRefusalOf(group);
    if (refusal !== undefined) return { ...refusal, detail: `groups.${index + 1}: ${refusal.detail}` };
  }
  const { takenAddresses } = constraints;
  if (takenAddresses === undefined) return undefined;
  for (const key of candidate.emailKeys) {
    if (takenAddresses.has(key) || given.addresses.has(key)) return { code: 'user.email_exists' };
  }
  return undefined;
}

function namesOf({ userKey, aliases }: Candidate): readonly string[] {
  return [userKey, ...aliases.map(({ key }) => key)];
}
