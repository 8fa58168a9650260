import type { Invocation } from '../../invocation.js';
import { printList } from '../../output/result.js';
import { withoutPassword } from './show.js';

/** Lists the stored contexts. */
export async function listContexts({ configuration, terminal }: Invocation): Promise<undefined> {
  const chosen = configuration.contexts.chosen();
  const rows = configuration.contexts
    .names()
    .map((name) => ({ name, isChosen: name === chosen, ...withoutPassword(configuration.contexts.read(name)) }));
  printList(terminal, rows, {
    noun: 'contexts',
    name: (row) => row.name,
    columns: [
      { title: '', value: (row) => (row.isChosen ? '*' : '') },
      { title: 'CONTEXT', value: (row) => row.name },
      { title: 'URL', value: (row) => row.url ?? '' },
      { title: 'REALM', value: (row) => row.realm ?? '' },
      { title: 'DESCRIPTION', value: (row) => row.description ?? '' },
    ],
  });
}
