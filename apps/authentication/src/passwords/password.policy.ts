/** NIST SP 800-63B-4 section 3.2.2: no more consecutive failures per account. */
export const failureLimit = 100;

/** `strict`: NIST SP 800-63B-4 section 3.1.1.2, a password that stands alone. `compat`: what the dialect's users have. */
export const minimumLengths = Object.freeze({ compat: 8, strict: 15 });

/** How states of an account that is not `active` are called when they are reported (secureauth D.0, v1). */
export const stateProblems = Object.freeze({
  disabled: 'user.disabled',
  locked: 'user.locked',
  password_expired: 'user.password_expired',
  group_missing: 'user.group_missing',
} as const);

export type BadState = keyof typeof stateProblems;

/** What a user in this state may do about the own password; an expired one is there to be changed. */
export function mayChangePassword(state: BadState | 'active'): boolean {
  return state === 'active' || state === 'password_expired';
}

/** States that refuse even where they are not told: for such a user no password is right. */
export function isBarred(state: BadState | 'active'): boolean {
  return state === 'disabled' || state === 'locked';
}
