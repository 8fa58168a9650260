import type { Problem, RealmSettings } from '@countersign/contracts';
import type { RequestRefusal } from '@countersign/signing';
import type { Answer, GeneralOutcome } from '../http/answer.js';
import type { Dialect } from '../signature/dialect.js';
import type { Exchange } from '../signature/exchange.js';
import { authenticateChallenge, general, malformed, refusals, type Saying } from './contract.js';
import { endpointNamed } from './endpoints.js';
import { problemAnswers } from './problem-status.js';

/** The words of SecureAuth's APIs. */
export const secureauth: Dialect = Object.freeze({
  answers: inWords<GeneralOutcome>(general),
  refusals: inWords<RequestRefusal>(refusals),
  malformed: (reason: string) => answerOf(malformed(reason)),
  answerTo: (problem: Problem, exchange: Exchange | null) => {
    const special = endpointNamed(exchange?.route?.name)?.problems[problem.code] ?? problemAnswers[problem.code];
    return answerOf(typeof special === 'function' ? special(settingsOf(exchange)) : special, exchange?.userId);
  },
});

/** An answer as it leaves: keys in the order of the contract. `named` is the user of the request, as it was named. */
export function answerOf({ http, status, message, retryAfterSeconds, names }: Saying, named?: string): Answer {
  const body = names === undefined || named === undefined ? { status, message } : { status, message, [names]: named };
  return {
    http,
    body: JSON.stringify(body),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(http === 401 ? { challenge: authenticateChallenge } : {}),
  };
}

function inWords<Meaning extends string>(sayings: Readonly<Record<Meaning, Saying>>): Record<Meaning, Answer> {
  const entries = Object.entries<Saying>(sayings).map(([meaning, saying]) => [
    meaning,
    Object.freeze(answerOf(saying)),
  ]);
  return Object.freeze(Object.fromEntries(entries));
}

function settingsOf(exchange: Exchange | null): RealmSettings {
  if (exchange?.application === undefined) throw new Error('a realm answer without a realm');
  return exchange.application.settings;
}
