import type { Actor, UserState } from '@countersign/contracts';

/** Whether an actor may not see a user: one in state `deleted` is known to operators only, who can bring it back. */
export function isUnknownTo({ kind }: Actor, state: UserState): boolean {
  return state === 'deleted' && kind !== 'operator';
}
