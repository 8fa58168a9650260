import { markUser, type RequestInput, resolveUser, type UserStatus } from '@countersign/contracts';
import { type OperatorBus, withBus } from '../../bus/operator-bus.js';
import { saidInsteadOfDone } from '../../dry-run.js';
import { type Invocation, type Run, word } from '../../invocation.js';
import { Failure } from '../../output/failure.js';
import { printOne } from '../../output/result.js';

/** A change of status, and from which statuses it is one. */
interface Move {
  readonly from: readonly UserStatus[];
  readonly to: UserStatus;
  /** What to do instead, by the status that the user has. */
  readonly instead: Partial<Record<UserStatus, string>>;
}

interface Who {
  readonly realm: string;
  readonly userId: string;
}

const enable = 'a disabled user is made active with: countersign user enable';
const unlock = 'a locked user is made active with: countersign user unlock';

const moves = Object.freeze({
  disable: { from: ['active', 'locked', 'password_expired'], to: 'disabled', instead: {} },
  enable: { from: ['disabled'], to: 'active', instead: { locked: unlock, password_expired: unlock } },
  unlock: { from: ['locked', 'password_expired'], to: 'active', instead: { disabled: enable } },
} satisfies Record<string, Move>);

/** Keeps a user out, whatever state the user is in. */
export const disableUserCommand: Run = (invocation) => move(invocation, moves.disable);
/** Lets a user in again who was disabled; whoever is locked out stays so. */
export const enableUserCommand: Run = (invocation) => move(invocation, moves.enable);
/** Makes a user active again who is locked out or has an expired password; whoever was disabled stays so. */
export const unlockUserCommand: Run = (invocation) => move(invocation, moves.unlock);

/**
 * The directory compares the status when it changes it: what somebody else has decided meanwhile is not undone.
 * @throws Failure when the user was in a state that this does not end
 */
async function move(invocation: Invocation, move: Move): Promise<undefined> {
  const { from, to } = move;
  const { configuration, terminal } = invocation;
  const who = { realm: configuration.realm(), userId: word(invocation, 0) };
  const request = { ...who, status: to, from: [...from] };
  if (saidInsteadOfDone(invocation, markUser, request)) return;
  await withBus(invocation, async (bus) => {
    const { id, status } = await statusOf(bus, who);
    const changed = status !== to && (await isMarked(bus, request, move));
    if (!changed) terminal.remark(`${who.userId} is ${to} already: nothing changed`);
    const user = { id, ...who, state: to, changed };
    printOne(terminal, user, {
      name: who.userId,
      facts: Object.entries({ ...user, changed: changed ? 'yes' : 'no' }),
    });
  });
}

/**
 * Whether it was done here: else somebody else has just done the same. What was read before may have changed since, so
 * that only what is read now says why it was not.
 */
async function isMarked(bus: OperatorBus, request: RequestInput<typeof markUser>, move: Move): Promise<boolean> {
  if ((await bus.ask(markUser, request)).isMarked !== false) return true;
  const { from, to, instead } = move;
  const { realm, userId } = request;
  const { status } = await statusOf(bus, { realm, userId });
  if (status === to) return false;
  const found = from.includes(status)
    ? `somebody else has changed ${userId} at the same time, who is ${status} now`
    : `${userId} is ${status}, not ${from.join(' or ')}`;
  const hint = from.includes(status) ? 'look at the user, and ask again' : instead[status];
  throw new Failure('user.other_status', `${found}: nothing changed`, { hint });
}

/** A user in none of the groups that the realm demands has the status of an active one. */
async function statusOf(bus: OperatorBus, who: Who): Promise<{ readonly id: string; readonly status: UserStatus }> {
  const { id, state } = await bus.ask(resolveUser, who);
  return { id, status: state === 'group_missing' ? 'active' : state };
}
