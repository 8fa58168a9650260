import type { Invocation } from '../../invocation.js';
import { printOne } from '../../output/result.js';
import { contextFacts, withoutPassword } from './view.js';

/** Shows the named context, or what is in use. */
export async function showContext({ configuration, terminal, words: [named] }: Invocation): Promise<undefined> {
  const { name, values } =
    named === undefined ? configuration.source() : { name: named, values: configuration.contexts.read(named) };
  printOne(terminal, { name, ...withoutPassword(values) }, contextFacts(name, values));
}
