import type { StoredContext } from '../../configuration/contexts.js';
import type { Invocation } from '../../invocation.js';
import { type FactsView, printList, printOne } from '../../output/result.js';

/** Shows the named context, or what is in use. */
export async function showContext({ configuration, terminal, words: [named] }: Invocation): Promise<undefined> {
  const { name, values } =
    named === undefined ? configuration.source() : { name: named, values: configuration.contexts.read(named) };
  printOne(terminal, { name, ...withoutPassword(values) }, contextFacts(name, values));
}

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

/** The context as it may be shown. */
export function withoutPassword(context: StoredContext): StoredContext {
  if (context.natsUrl === undefined) return context;
  return { ...context, natsUrl: context.natsUrl.replace(/:\/\/([^:@/,]*):[^@,]*@/g, '://$1:***@') };
}

/** A context for people. */
export function contextFacts(name: string, context: StoredContext): FactsView {
  const shown = Object.entries(withoutPassword(context)).map(([field, value]): readonly [string, string] => [
    field,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return { name, facts: [['context', name], ...shown] };
}
