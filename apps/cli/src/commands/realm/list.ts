import { listRealms } from '@countersign/contracts';
import { withBus } from '../../bus/operator-bus.js';
import { allItems } from '../../bus/pages.js';
import type { Invocation } from '../../invocation.js';
import { printList } from '../../output/result.js';

/** Lists all realms. */
export async function listRealmsCommand(invocation: Invocation): Promise<undefined> {
  const realms = await withBus(invocation, (bus) =>
    allItems(async (after, limit) => {
      const { realms: items, next } = await bus.ask(listRealms, { after, limit });
      return { items, next };
    }),
  );
  printList(invocation.terminal, realms, {
    noun: 'realms',
    name: (realm) => realm.realm,
    columns: [
      { title: 'REALM', value: (realm) => realm.spelledAs },
      { title: 'PROFILE', value: (realm) => realm.profile },
      { title: 'CREATED', value: (realm) => realm.createdAt },
      { title: 'ID', value: (realm) => realm.realmId },
    ],
  });
}
