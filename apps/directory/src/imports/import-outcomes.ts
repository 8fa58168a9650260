import { type ImportOutcome, longestImportDetail, type RealmProfile } from '@countersign/contracts';
import type { Candidate, Refusal } from './candidate.js';
import { comparison, type ExistingUsers, type LateUsers } from './existing-users.js';
import type { Plan } from './plan-import.js';
import { differences, valuesOf } from './user-values.policy.js';

/** What came of the candidates that were to become users. */
export interface Entry {
  /** Ids of those that became users. */
  readonly entered: ReadonlySet<string>;
  /** The users that the other candidates collided with. */
  readonly late: LateUsers;
}

export interface ImportResult {
  readonly profile: RealmProfile;
  readonly candidates: readonly Candidate[];
  readonly plans: readonly Plan[];
  readonly existing: ExistingUsers;
  /** Undefined: a dry run, which creates no users. */
  readonly entry: Entry | undefined;
  /** Why existing users could not be changed to what their candidates say. */
  readonly updateRefusals: ReadonlyMap<Candidate, Refusal>;
}

/** One outcome for each candidate, by position. */
export function outcomesOf({
  profile,
  candidates,
  plans,
  existing,
  entry,
  updateRefusals,
}: ImportResult): ImportOutcome[] {
  return candidates.map((candidate, position): ImportOutcome => {
    const plan = plans[position];
    switch (plan?.kind) {
      case 'refuse':
        return refused(plan.refusal);
      case 'leave':
        return existing.outcomeOf(candidate) ?? unplanned(position);
      case 'update':
        return updateOf(candidate, existing, updateRefusals) ?? unplanned(position);
      case 'create':
        return creationOf(candidate, entry);
      case 'repeat':
        return repetitionOf(candidate, plan.first, profile, entry);
      default:
        return unplanned(position);
    }
  });
}

function creationOf(candidate: Candidate, entry: Entry | undefined): ImportOutcome {
  if (entry === undefined) return { outcome: 'created' };
  if (entry.entered.has(candidate.id)) return { outcome: 'created', id: candidate.id };
  const met = entry.late.outcomeOf(candidate);
  // the id is settled: it is another user's, or one that never is a user
  return met ?? { outcome: 'refused', problem: entry.late.isUser(candidate.id) ? 'user.exists' : 'user.withdrawn' };
}

/**
 * A second candidate with the same user id is compared with the first, or with the user that the first collided with.
 */
function repetitionOf(
  candidate: Candidate,
  first: Candidate,
  profile: RealmProfile,
  entry: Entry | undefined,
): ImportOutcome {
  const { outcome, id, problem } = creationOf(first, entry);
  if (outcome === 'refused') return { outcome, ...(problem === undefined ? {} : { problem }) };
  if (outcome !== 'created') return entry?.late.outcomeOf(candidate) ?? { outcome };
  const compared = comparison(differences(valuesOf(first, profile), candidate, profile));
  return { ...compared, ...(id === undefined ? {} : { id }) };
}

/** The fields that differed are told of an update as well. */
function updateOf(
  candidate: Candidate,
  existing: ExistingUsers,
  refusals: ReadonlyMap<Candidate, Refusal>,
): ImportOutcome | undefined {
  const refusal = refusals.get(candidate);
  if (refusal !== undefined) return refused(refusal);
  const before = existing.outcomeOf(candidate);
  return before && { ...before, outcome: 'updated' };
}

function refused({ code, detail }: Refusal): ImportOutcome {
  return {
    outcome: 'refused',
    problem: code,
    ...(detail === undefined ? {} : { detail: detail.slice(0, longestImportDetail) }),
  };
}

function unplanned(position: number): never {
  throw new Error(`no plan for the user at ${position}`);
}
