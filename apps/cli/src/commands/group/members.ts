import { addMembers, type ReplyOf, removeMembers } from '@countersign/contracts';
import { withBus } from '../../bus/operator-bus.js';
import { saidInsteadOfDone } from '../../dry-run.js';
import { type Invocation, type Run, word } from '../../invocation.js';
import { type ExitCode, exitCodes } from '../../output/exit-code.js';
import { printOne } from '../../output/result.js';

/** Associations that one request may name. */
const mostAtOnce = 1000;

type Change = typeof addMembers | typeof removeMembers;

/** Puts users into a group; who is in already stays. */
export const addMembersCommand: Run = (invocation) => change(invocation, addMembers);
/** Takes users out of a group; who is not in stays out. */
export const removeMembersCommand: Run = (invocation) => change(invocation, removeMembers);

interface Refused {
  readonly userId: string;
  readonly problem: ReplyOf<Change>['failed'][number]['problem'];
}

/** Users that cannot be associated fail alone; the exit code says whether it was some or all. */
async function change(invocation: Invocation, operation: Change): Promise<ExitCode> {
  const { configuration, terminal } = invocation;
  const [realm, group] = [configuration.realm(), word(invocation, 0)];
  const userIds = [...new Set(invocation.words.slice(1))];
  const requests = Array.from({ length: Math.ceil(userIds.length / mostAtOnce) }, (_, at) => ({
    realm,
    groups: [group],
    userIds: userIds.slice(at * mostAtOnce, (at + 1) * mostAtOnce),
  }));
  if (requests.map((request) => saidInsteadOfDone(invocation, operation, request)).includes(true))
    return exitCodes.done;
  const refused: Refused[] = [];
  await withBus(invocation, async (bus) => {
    for (const request of requests) {
      const { failed } = await bus.ask(operation, request);
      for (const { userIndex, problem } of failed) refused.push({ userId: request.userIds[userIndex] ?? '', problem });
    }
  });
  for (const { userId, problem } of refused) terminal.remark(`${userId}: ${problem}`);
  const done = userIds.length - refused.length;
  const verb = operation === addMembers ? 'added' : 'removed';
  printOne(
    terminal,
    { realm, group, [verb]: done, refused },
    {
      name: group,
      facts: Object.entries({ realm, group, [verb]: String(done), refused: String(refused.length) }),
    },
  );
  if (refused.length === 0) return exitCodes.done;
  return done === 0 ? exitCodes.notFound : exitCodes.partlyFailed;
}
