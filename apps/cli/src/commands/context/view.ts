import type { StoredContext } from '../../configuration/contexts.js';
import type { FactsView } from '../../output/result.js';

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
