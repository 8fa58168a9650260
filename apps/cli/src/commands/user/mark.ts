import { markUser, type RequestInput, resolveUser, type UserState, userStates } from '@countersign/contracts';
import { type OperatorBus, withBus } from '../../bus/operator-bus.js';
import { changeOne } from '../../change-one.js';
import { saidInsteadOfDone } from '../../dry-run.js';
import { type Invocation, type Run, word } from '../../invocation.js';
import { Failure, usageFault } from '../../output/failure.js';
import { printOne } from '../../output/result.js';

/** A change of state, and from which states it is one. */
interface Move {
  readonly from: readonly UserState[];
  readonly to: UserState;
  /** What to do instead, by the state that the user has. */
  readonly instead: Partial<Record<UserState, string>>;
}

const enable = 'a disabled user is made active with: countersign user enable';
const unlock = 'a locked user is made active with: countersign user unlock';
const mark = 'an operator may set any state with: countersign user mark';
const others = { pending: mark, suspended: mark, deleted: mark };

const moves = Object.freeze({
  disable: {
    from: ['pending', 'active', 'suspended', 'locked', 'password_expired'],
    to: 'disabled',
    instead: { deleted: mark },
  },
  enable: { from: ['disabled'], to: 'active', instead: { ...others, locked: unlock, password_expired: unlock } },
  unlock: { from: ['locked', 'password_expired'], to: 'active', instead: { ...others, disabled: enable } },
} satisfies Record<string, Move>);

/** Sets any state of the contract, whatever the state is now. */
export async function markUserCommand(invocation: Invocation): Promise<undefined> {
  const who = { realm: invocation.configuration.realm(), userId: word(invocation, 0) };
  const state = userStates.find((known) => known === word(invocation, 1));
  if (state === undefined)
    throw usageFault(`${word(invocation, 1)} is no state`, `states are ${userStates.join(', ')}`);
  const change = { operation: markUser, request: { ...who, state, ...reasonIn(invocation) }, name: who.userId };
  return changeOne(invocation, change, ({ id }) => ({ id, ...who, state }));
}

/** Bars a user from signing in until enabled again. */
export const disableUserCommand: Run = (invocation) => move(invocation, moves.disable);
/** Lets a disabled user in again; a user who is locked out stays so. */
export const enableUserCommand: Run = (invocation) => move(invocation, moves.enable);
/** Makes a user active again who is locked out or has an expired password; a disabled user stays so. */
export const unlockUserCommand: Run = (invocation) => move(invocation, moves.unlock);

/**
 * The directory compares the state when it changes it: what another operator has decided meanwhile is not undone.
 * @throws Failure when the user was in a state that this does not end
 */
async function move(invocation: Invocation, move: Move): Promise<undefined> {
  const { from, to } = move;
  const { configuration, terminal } = invocation;
  const who = { realm: configuration.realm(), userId: word(invocation, 0) };
  const request = { ...who, state: to, from: [...from], ...reasonIn(invocation) };
  if (saidInsteadOfDone(invocation, markUser, request)) return;
  await withBus(invocation, async (bus) => {
    const { id, state } = await bus.ask(resolveUser, who);
    const changed = state !== to && (await isMarked(bus, request, move));
    if (!changed) terminal.remark(`${who.userId} is ${to} already: nothing changed`);
    const user = { id, ...who, state: to, changed };
    printOne(terminal, user, {
      name: who.userId,
      facts: Object.entries({ ...user, changed: changed ? 'yes' : 'no' }),
    });
  });
}

/**
 * True when this ask changed the state, false when another one has just done the same. The state that was read before may
 * have changed since, so the state is read again to say why nothing was changed.
 */
async function isMarked(bus: OperatorBus, request: RequestInput<typeof markUser>, move: Move): Promise<boolean> {
  if ((await bus.ask(markUser, request)).isMarked !== false) return true;
  const { from, to, instead } = move;
  const { realm, userId } = request;
  const { state } = await bus.ask(resolveUser, { realm, userId });
  if (state === to) return false;
  const found = from.includes(state)
    ? `${userId} was changed at the same time and is ${state} now`
    : `${userId} is ${state}, not ${from.join(' or ')}`;
  const hint = from.includes(state) ? 'look at the user, and ask again' : instead[state];
  throw new Failure('user.other_state', `${found}: nothing changed`, { hint });
}

function reasonIn({ given }: Invocation): { readonly reason?: string } {
  const reason = given.text('reason');
  return reason === undefined ? {} : { reason };
}
