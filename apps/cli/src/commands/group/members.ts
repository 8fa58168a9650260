import { addMembers, mostAssociations, type ReplyOf, removeMembers } from '@countersign/contracts';
import { withBus } from '../../bus/operator-bus.js';
import { saidInsteadOfDone } from '../../dry-run.js';
import { type Invocation, type Run, word } from '../../invocation.js';
import { type ExitCode, exitCodes } from '../../output/exit-code.js';
import { printOne } from '../../output/result.js';
import type { Terminal } from '../../output/terminal.js';

type Change = typeof addMembers | typeof removeMembers;

/** Puts users into a group; a user who is already a member stays one. */
export const addMembersCommand: Run = (invocation) => change(invocation, addMembers);
/** Takes users out of a group. */
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
  const requests = Array.from({ length: Math.ceil(userIds.length / mostAssociations) }, (_, at) => ({
    realm,
    groups: [group],
    userIds: userIds.slice(at * mostAssociations, (at + 1) * mostAssociations),
  }));
  if (requests.map((request) => saidInsteadOfDone(invocation, operation, request)).includes(true))
    return exitCodes.done;
  const report = { done: 0, refused: [] as Refused[], unanswered: userIds.length };
  const print = () => printReport(terminal, operation, { realm, group }, report);
  await withBus(invocation, async (bus) => {
    for (const request of requests) {
      const { failed } = await bus.ask(operation, request);
      for (const { userIndex, problem } of failed)
        report.refused.push({ userId: request.userIds[userIndex] ?? '', problem });
      report.done += request.userIds.length - failed.length;
      report.unanswered -= request.userIds.length;
    }
  }).catch((error: unknown) => {
    // what was answered is done, and is reported nowhere else
    if (report.unanswered < userIds.length) print();
    throw error;
  });
  print();
  if (report.refused.length === 0) return exitCodes.done;
  return report.done === 0 ? exitCodes.notFound : exitCodes.partlyFailed;
}

interface Report {
  readonly done: number;
  readonly refused: readonly Refused[];
  /** Users of whom it is not known: the services failed before they had answered for them. */
  readonly unanswered: number;
}

function printReport(
  terminal: Terminal,
  operation: Change,
  place: { readonly realm: string; readonly group: string },
  { done, refused, unanswered }: Report,
): void {
  for (const { userId, problem } of refused) terminal.remark(`${userId}: ${problem}`);
  const verb = operation === addMembers ? 'added' : 'removed';
  const rest = unanswered === 0 ? {} : { unanswered };
  printOne(
    terminal,
    { ...place, [verb]: done, refused, ...rest },
    {
      name: place.group,
      facts: Object.entries({ ...place, [verb]: done, refused: refused.length, ...rest }).map(
        ([name, value]) => [name, String(value)] as const,
      ),
    },
  );
}
