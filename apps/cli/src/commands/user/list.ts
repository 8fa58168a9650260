import { listUsers, type ReplyOf, userOrders, userStatuses } from '@countersign/contracts';
import { withBus } from '../../bus/operator-bus.js';
import { eachPage, extentOf } from '../../bus/pages.js';
import type { Invocation } from '../../invocation.js';
import { usageFault } from '../../output/failure.js';
import type { ListView } from '../../output/result.js';
import { printPages } from '../../output/streamed-list.js';

type ListedUser = ReplyOf<typeof listUsers>['users'][number];

/** A realm may have a million users, and who reads them may be slow. */
const longestMs = 24 * 3_600_000;

/** Lists users page by page, or finds those whose user id, mail address or last name begins so. */
export async function listUsersCommand(invocation: Invocation): Promise<undefined> {
  const { configuration, given, terminal } = invocation;
  const realm = configuration.realm();
  const by = userOrders.find((known) => known === given.text('by')) ?? 'userId';
  const status = userStatuses.find((known) => known === given.text('status'));
  if (status !== undefined && by !== 'userId') throw usageFault('--status goes with --by userId only');
  const prefix = given.text('prefix');
  const extent = extentOf(given);
  await withBus(
    invocation,
    (bus) => {
      const pages = eachPage<ListedUser>(async (after, limit) => {
        const { users: items, next } = await bus.ask(listUsers, { realm, by, prefix, status, after, limit });
        return { items, next };
      }, extent);
      return printPages(terminal, pages, usersView(`users in realm ${realm}`));
    },
    longestMs,
  );
}

function usersView(noun: string): ListView<ListedUser> {
  return {
    noun,
    name: (user) => user.userId,
    columns: [
      { title: 'USER', value: (user) => user.userId },
      { title: 'STATUS', value: (user) => user.status },
      { title: 'FIRST NAME', value: (user) => user.firstName ?? '' },
      { title: 'LAST NAME', value: (user) => user.lastName ?? '' },
      { title: 'MAIL', value: (user) => user.email ?? '' },
      { title: 'CREATED', value: (user) => user.createdAt },
      { title: 'ID', value: (user) => user.id },
    ],
  };
}
