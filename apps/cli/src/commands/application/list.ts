import { listApplications } from '@countersign/contracts';
import { withBus } from '../../bus/operator-bus.js';
import { allItems } from '../../bus/pages.js';
import type { Invocation } from '../../invocation.js';
import { printList } from '../../output/result.js';
import { stateOf } from './show.js';

/** Lists the applications of the realm at hand, or of all realms. */
export async function listApplicationsCommand(invocation: Invocation): Promise<undefined> {
  const { configuration, given, terminal } = invocation;
  const realm = given.isSet('allRealms') ? undefined : configuration.realmIfAny();
  const applications = await withBus(invocation, (bus) =>
    allItems(async (after, limit) => {
      const { applications: items, next } = await bus.ask(listApplications, { realm, after, limit });
      return { items, next };
    }),
  );
  printList(terminal, applications, {
    noun: realm === undefined ? 'applications' : `applications in realm ${realm}`,
    name: (application) => application.applicationId,
    columns: [
      { title: 'APPLICATION', value: (application) => application.applicationId },
      { title: 'NAME', value: (application) => application.name },
      { title: 'REALM', value: (application) => application.realm },
      { title: 'STATE', value: stateOf },
      { title: 'KEYS', value: (application) => String(application.keys.length) },
      { title: 'CREATED', value: (application) => application.createdAt },
    ],
  });
}
