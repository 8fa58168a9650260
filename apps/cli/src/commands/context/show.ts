import type { StoredContext } from '../../configuration/contexts.js';
import type { Invocation } from '../../invocation.js';
import { type FactsView, printOne } from '../../output/result.js';

/** Shows the named context, or what is in use. */
export async function showContext({ configuration, terminal, words: [named] }: Invocation): Promise<undefined> {
  const { name, values } =
    named === undefined ? configuration.source() : { name: named, values: configuration.contexts.read(named) };
  printOne(terminal, { name, ...withoutPassword(values) }, contextFacts(name, values));
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
