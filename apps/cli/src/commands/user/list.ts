import { listUsers, type ReplyOf, userOrders, userStates } from '@countersign/contracts';
import { withBus } from '../../bus/operator-bus.js';
import { eachPage, extentOf } from '../../bus/pages.js';
import type { Invocation } from '../../invocation.js';
import { usageFault } from '../../output/failure.js';
import type { ListView } from '../../output/result.js';
import { printPages } from '../../output/streamed-list.js';

type ListedUser = ReplyOf<typeof listUsers>['users'][number];

/** A realm may have a million users, and their reader may be slow. */
const longestMs = 24 * 3_600_000;

/** Lists users page by page, or finds those whose user id, mail address or family name begins so. */
export async function listUsersCommand(invocation: Invocation): Promise<undefined> {
  const { configuration, given, terminal } = invocation;
  const realm = configuration.realm();
  const by = userOrders.find((known) => known === given.text('by')) ?? 'userId';
  const state = userStates.find((known) => known === given.text('state'));
  if (state !== undefined && by !== 'userId') throw usageFault('--state goes with --by userId only');
  const prefix = given.text('prefix');
  const extent = extentOf(given);
  await withBus(
    invocation,
    (bus) => {
      const pages = eachPage<ListedUser>(async (after, limit) => {
        const { users: items, next } = await bus.ask(listUsers, { realm, by, prefix, state, after, limit });
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
      { title: 'STATE', value: (user) => user.state },
      { title: 'GIVEN NAME', value: (user) => user.name.given ?? '' },
      { title: 'FAMILY NAME', value: (user) => user.name.family ?? '' },
      { title: 'MAIL', value: (user) => user.email ?? '' },
      { title: 'CREATED', value: (user) => user.createdAt },
      { title: 'ID', value: (user) => user.id },
    ],
  };
}
