import type { ProblemCode } from '@countersign/contracts';
import type { Candidate } from './candidate.js';

/** What is there already, beside which an import has to fit. */
export interface Surroundings {
  /** User ids (folded) of users that are there. */
  readonly takenKeys: { has(userKey: string): boolean };
  /** Addresses (folded) that users have; undefined where the realm lets users share them. */
  readonly takenAddresses: ReadonlySet<string> | undefined;
  mayWrite(candidate: Candidate): boolean;
  groupRefusalOf(name: string): ProblemCode | undefined;
}

/** What is to become of a candidate. */
export type Plan =
  | { readonly kind: 'refuse'; readonly problem: ProblemCode }
  /** There is a user of this user id already. */
  | { readonly kind: 'leave' }
  /** The request itself has this user id before. */
  | { readonly kind: 'repeat'; readonly first: Candidate }
  | { readonly kind: 'create' };

/**
 * Decides about the users of a request one after another, as if each were created alone: of two with one user id, or in a
 * realm with unique addresses with one address, the first wins. One that is refused wins nothing.
 */
export function planImport(candidates: readonly Candidate[], surroundings: Surroundings): readonly Plan[] {
  const winners = new Map<string, Candidate>();
  const ids = new Set<string>();
  const addresses = new Set<string>();
  return candidates.map((candidate): Plan => {
    if (candidate.fault !== undefined) return { kind: 'refuse', problem: candidate.fault };
    if (surroundings.takenKeys.has(candidate.userKey)) return { kind: 'leave' };
    const first = winners.get(candidate.userKey);
    if (first !== undefined) return { kind: 'repeat', first };
    const problem = ids.has(candidate.id) ? 'user.exists' : refusalOf(candidate, surroundings, addresses);
    if (problem !== undefined) return { kind: 'refuse', problem };
    winners.set(candidate.userKey, candidate);
    ids.add(candidate.id);
    for (const key of candidate.emailKeys) addresses.add(key);
    return { kind: 'create' };
  });
}

function refusalOf(
  candidate: Candidate,
  { takenAddresses, mayWrite, groupRefusalOf }: Surroundings,
  addresses: ReadonlySet<string>,
): ProblemCode | undefined {
  if (!mayWrite(candidate)) return 'user.property_read_only';
  for (const group of candidate.groups) {
    const refusal = groupRefusalOf(group);
    if (refusal !== undefined) return refusal;
  }
  if (takenAddresses === undefined) return undefined;
  for (const key of candidate.emailKeys) {
    if (takenAddresses.has(key) || addresses.has(key)) return 'user.email_exists';
  }
  return undefined;
}
