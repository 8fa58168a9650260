import { type ProblemCode, realmSettings } from '@countersign/contracts';
import { general, malformed, refusals, type Saying } from './contract.js';
import type { Endpoint } from './endpoint.js';
import { problemAnswers } from './problem-status.js';

/** An answer that no handler makes, for the description. */
export interface Failure extends Saying {
  /** The message is a text of the realm, empty unless an operator set it. */
  readonly isRealmText?: true;
  /** What the service refused; several refusals can be told in the same words. */
  readonly problems: readonly ProblemCode[];
}

const noTexts = realmSettings.parse({});

/** What the services' refusals answer at an endpoint, each answer once. */
export function failuresOf({ operation, problems }: Endpoint): readonly Failure[] {
  const failures = new Map<string, Failure>();
  for (const problem of operation.refusals) {
    const special = problems[problem] ?? problemAnswers[problem];
    const saying = typeof special === 'function' ? ({ ...special(noTexts), isRealmText: true } as const) : special;
    const before = failures.get(wordsOf(saying));
    failures.set(wordsOf(saying), { ...saying, problems: [...(before?.problems ?? []), problem] });
  }
  return [...failures.values()];
}

/** What any request may be answered. The reason of the 400 is one of many. */
export const failuresEverywhere: readonly Saying[] = Object.freeze([
  ...Object.values<Saying>(refusals),
  ...Object.values<Saying>(general),
  malformed('<reason>'),
]);

function wordsOf({ http, status, message }: Saying): string {
  return JSON.stringify([http, status, message]);
}
