/**
 * What has made it unknown whether an id is a user:
 *
 * - `registered`, `imported`: credentials are kept here, and the directory was asked to insert their users
 * - `reset`: a user who had no password was given one, and may have been erased meanwhile
 * - `erased`: the directory was asked to erase the user
 */
export type ReservationCause = 'registered' | 'imported' | 'reset' | 'erased';

/** A question to the directory that a crash does not lose: which of these ids are users? */
export interface Reservation {
  readonly id: string;
  readonly realmId: string;
  readonly realm: string;
  readonly ids: readonly string[];
  readonly cause: ReservationCause;
}

/** Whether the ids were new: a credential under an id that never became a user is deleted without an event. */
export function isOfUsersToBe(cause: ReservationCause): boolean {
  return cause === 'registered' || cause === 'imported';
}
