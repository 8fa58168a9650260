import type { Actor, UserState } from '@countersign/contracts';

/** Whether a user is there for an actor: one in state `deleted` is there for operators only, who can bring it back. */
export function isUnknownTo({ kind }: Actor, state: UserState): boolean {
  return state === 'deleted' && kind !== 'operator';
}
