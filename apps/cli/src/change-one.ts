import type { Operation, ReplyOf, RequestInput } from '@countersign/contracts';
import { askOnce } from './bus/operator-bus.js';
import { confirmed } from './confirmed.js';
import { saidInsteadOfDone } from './dry-run.js';
import type { Invocation } from './invocation.js';
import { printOne } from './output/result.js';

/** One change of one thing. */
export interface Change<O extends Operation> {
  readonly operation: O;
  readonly request: RequestInput<O>;
  /** The request without its secrets, for `--dry-run`. */
  readonly shown?: Readonly<Record<string, unknown>>;
  /** Asked first. Every change that cannot be undone has one. */
  readonly question?: string | undefined;
  /** What `-o name` prints. */
  readonly name: string;
}

/**
 * Makes a change and prints the thing as it is then: nothing is asked of the services with `--dry-run`, or without
 * consent where a question is to be answered first.
 */
export async function changeOne<O extends Operation>(
  invocation: Invocation,
  { operation, request, shown, question, name }: Change<O>,
  thingOf: (reply: ReplyOf<O>) => Readonly<Record<string, string>>,
): Promise<undefined> {
  if (saidInsteadOfDone(invocation, operation, request, shown)) return;
  if (question !== undefined) await confirmed(invocation, question);
  const thing = thingOf(await askOnce(invocation, operation, request));
  printOne(invocation.terminal, thing, { name, facts: Object.entries(thing) });
}
