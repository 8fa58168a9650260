import { listGroups, type ReplyOf } from '@countersign/contracts';
import { withBus } from '../../bus/operator-bus.js';
import { eachPage, extentOf } from '../../bus/pages.js';
import type { Invocation } from '../../invocation.js';
import { printPages } from '../../output/streamed-list.js';

type ListedGroup = ReplyOf<typeof listGroups>['groups'][number];

const longestMs = 24 * 3_600_000;

/** Lists groups by name, page by page. */
export async function listGroupsCommand(invocation: Invocation): Promise<undefined> {
  const { configuration, given, terminal } = invocation;
  const realm = configuration.realm();
  const prefix = given.text('prefix');
  const extent = extentOf(given);
  await withBus(
    invocation,
    (bus) => {
      const pages = eachPage<ListedGroup>(async (after, limit) => {
        const { groups: items, next } = await bus.ask(listGroups, { realm, prefix, after, limit });
        return { items, next };
      }, extent);
      return printPages(terminal, pages, {
        noun: `groups in realm ${realm}`,
        name: ({ group }) => group,
        columns: [
          { title: 'GROUP', value: ({ group }) => group },
          { title: 'CREATED', value: ({ createdAt }) => createdAt },
          { title: 'ID', value: ({ id }) => id },
        ],
      });
    },
    longestMs,
  );
}
