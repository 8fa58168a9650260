import { contactKeyOf, fieldOf } from '../contacts/contact.policy.js';
import type { GroupRefusal } from '../groups/hold-groups.js';
import type { Candidate, Refusal } from './candidate.js';

/** What exists in the realm already and what it declares: an import has to fit both. */
export interface ImportConstraints {
  /** User ids (folded) of existing users. */
  readonly takenKeys: { has(userKey: string): boolean };
  /** Names (folded) that no user can be given: user ids that are aliases, aliases that are user ids or aliases. */
  readonly takenNames: ReadonlySet<string>;
  /** Addresses (folded) that users have; undefined where the realm lets users share them. */
  readonly takenAddresses: ReadonlySet<string> | undefined;
  /** Fields that the actor may not name, also of an existing user: the answer must not tell whether the value is the same. */
  namingFaultOf(candidate: Candidate): Refusal | undefined;
  /** What the realm says about the fields of a candidate. */
  faultOf(candidate: Candidate): Refusal | undefined;
  groupRefusalOf(name: string): GroupRefusal | undefined;
  /** Why the existing user cannot be put into the groups of the candidate. */
  roomFaultOf(candidate: Candidate): Refusal | undefined;
  /** Whether the existing user is to be updated to what the candidate says. */
  isUpdate(candidate: Candidate): boolean;
}

/** What is to become of a candidate. */
export type Plan =
  | { readonly kind: 'refuse'; readonly refusal: Refusal }
  /** There is a user of this user id already. */
  | { readonly kind: 'leave' }
  /** There is one, which changes to what the candidate says. */
  | { readonly kind: 'update' }
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
    if (constraints.takenKeys.has(candidate.userKey)) return planForUser(candidate, constraints);
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

function planForUser(candidate: Candidate, constraints: ImportConstraints): Plan {
  if (!constraints.isUpdate(candidate)) return { kind: 'leave' };
  const refusal = groupRefusalOf(candidate, constraints) ?? constraints.roomFaultOf(candidate);
  return refusal === undefined ? { kind: 'update' } : { kind: 'refuse', refusal };
}

function groupRefusalOf({ groups }: Candidate, constraints: ImportConstraints): Refusal | undefined {
  for (const [index, group] of groups.entries()) {
    const refusal = constraints.groupRefusalOf(group);
    if (refusal === undefined) continue;
    const which = refusal.code === 'group.unknown' ? ` (${group})` : '';
    return { ...refusal, detail: `groups.${index + 1}${which}: ${refusal.detail}` };
  }
  return undefined;
}

function refusalOf(candidate: Candidate, constraints: ImportConstraints, given: Given): Refusal | undefined {
  if (given.ids.has(candidate.id)) return { code: 'user.exists' };
  const isTakenName = (name: string) => constraints.takenNames.has(name) || given.names.has(name);
  if (isTakenName(candidate.userKey)) return { code: 'user.exists', detail: 'userId: is an alias of another user' };
  const alias = candidate.aliases.findIndex(({ key }) => isTakenName(key));
  if (alias !== -1) return { code: 'user.exists', detail: `aliases.${alias + 1}: is a name of another user` };
  return (
    constraints.faultOf(candidate) ??
    groupRefusalOf(candidate, constraints) ??
    addressRefusalOf(candidate, constraints, given)
  );
}

function addressRefusalOf(
  { contacts }: Candidate,
  { takenAddresses }: ImportConstraints,
  given: Given,
): Refusal | undefined {
  if (takenAddresses === undefined) return undefined;
  const taken = contacts.find((contact) => {
    const key = contactKeyOf(contact);
    return key !== null && (takenAddresses.has(key) || given.addresses.has(key));
  });
  return taken && { code: 'user.email_exists', detail: `${fieldOf(taken)}: another user has this address` };
}

function namesOf({ userKey, aliases }: Candidate): readonly string[] {
  return [userKey, ...aliases.map(({ key }) => key)];
}
