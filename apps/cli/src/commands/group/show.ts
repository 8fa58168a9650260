import { largestPage, listMembers, showGroup } from '@countersign/contracts';
import { withBus } from '../../bus/operator-bus.js';
import { extentOf } from '../../bus/pages.js';
import { type Invocation, word } from '../../invocation.js';
import { usageFault } from '../../output/failure.js';
import { isForProgram } from '../../output/format.js';
import { printOne } from '../../output/result.js';

/** As many fit on a screen or two; more with `--limit`. */
const membersShown = 50;

/** Shows a group and a page of its members. */
export async function showGroupCommand(invocation: Invocation): Promise<undefined> {
  const { configuration, given, terminal } = invocation;
  const named = { realm: configuration.realm(), group: word(invocation, 0) };
  const { limit = membersShown, after } = extentOf(given);
  if (limit > largestPage) throw usageFault(`--limit ${limit} is more than ${largestPage}, which one page can hold`);
  const [group, { users, next }] = await withBus(invocation, (bus) =>
    Promise.all([bus.ask(showGroup, named), bus.ask(listMembers, { ...named, limit, after })]),
  );
  printOne(
    terminal,
    { ...group, members: users, ...(next === undefined ? {} : { next }) },
    {
      name: group.group,
      facts: [
        ['group', group.group],
        ['id', group.id],
        ['created', group.createdAt],
        ...users.map(({ userId }, at): readonly [string, string] => [at === 0 ? 'members' : '', userId]),
        ...(users.length === 0 ? [['members', 'none'] as const] : []),
      ],
    },
  );
  if (next !== undefined && !isForProgram(terminal.format)) terminal.note(`there are more members: --after ${next}`);
}
