import type { ImportOutcome, RealmProfile } from '@countersign/contracts';
import type { Candidate, Refusal } from './candidate.js';
import type { ExistingUsers, LateUsers } from './existing-users.js';
import type { Plan } from './plan-import.js';
import { areSame, valuesOf } from './user-values.policy.js';

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
}

/** One outcome for each candidate, by position. */
export function outcomesOf({ profile, candidates, plans, existing, entry }: ImportResult): ImportOutcome[] {
  return candidates.map((candidate, position): ImportOutcome => {
    const plan = plans[position];
    switch (plan?.kind) {
      case 'refuse':
        return refused(plan.refusal);
      case 'leave':
        return existing.outcomeOf(candidate) ?? unplanned(position);
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
  const isSame = areSame(valuesOf(first, profile), valuesOf(candidate, profile));
  return { outcome: isSame ? 'same' : 'different', ...(id === undefined ? {} : { id }) };
}

/** UTF-16 units. */
const longestDetail = 200;

function refused({ code, detail }: Refusal): ImportOutcome {
  return {
    outcome: 'refused',
    problem: code,
    ...(detail === undefined ? {} : { detail: detail.slice(0, longestDetail) }),
  };
}

function unplanned(position: number): never {
  throw new Error(`no plan for the user at ${position}`);
}
