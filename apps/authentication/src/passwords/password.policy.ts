import type { ProblemCode, ReplyOf, resolveUser, UserState } from '@countersign/contracts';

/** NIST SP 800-63B-4 section 3.2.2: no more consecutive failures per account. */
export const failureLimit = 100;

/** `strict`: NIST SP 800-63B-4 section 3.1.1.2, a password that stands alone. `compat`: what the dialect's users have. */
export const minimumLengths = Object.freeze({ compat: 8, strict: 15 });

type Standing = Pick<ReplyOf<typeof resolveUser>, 'state' | 'isGroupMissing'>;

/** What is reported of a user who may not sign in. States that this service has no other answer to are `user.disabled`. */
const stateProblems = Object.freeze({
  pending: 'user.disabled',
  suspended: 'user.disabled',
  disabled: 'user.disabled',
  deleted: 'user.disabled',
  locked: 'user.locked',
  password_expired: 'user.password_expired',
} as const satisfies Record<Exclude<UserState, 'active'>, ProblemCode>);

/** Why a user may not sign in; undefined where nothing keeps the user from it. */
export function stateProblem({ state, isGroupMissing }: Standing) {
  if (state !== 'active') return stateProblems[state];
  return isGroupMissing ? 'user.group_missing' : undefined;
}

/**
 * Whether the state is one in which no password is right, also where the answer does not name the state. An expired password
 * can still be changed.
 */
export function isBarred({ state }: Standing): boolean {
  return state !== 'active' && state !== 'password_expired';
}
