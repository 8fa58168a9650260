import { isDeepStrictEqual } from 'node:util';
import { problems, realmSettings } from '@countersign/contracts';
import type { Endpoint, ReplyFacts } from '../secureauth/endpoint.js';
import { type Failure, failuresOf } from '../secureauth/failures.js';
import { asWritten } from '../secureauth/json-schema.js';
import { fixedAnswer, type PossibleAnswer, responseOf, schemaOf, variableAnswer } from './answers.js';
import type { Reference, Response } from './openapi.js';
import { sentence } from './sentence.js';
import { endpointsOf, nameOf, type Served } from './served.js';
import { isShared, type SharedResponse } from './shared-responses.js';

/** What every endpoint can answer beside its own, by HTTP status. */
const everywhere: Readonly<Record<string, SharedResponse>> = Object.freeze({
  400: 'Malformed',
  401: 'Refused',
  403: 'NotPermitted',
  404: 'NotFound',
  408: 'TimedOut',
  409: 'Conflict',
  413: 'TooLarge',
  431: 'HeadersTooLarge',
  500: 'Fault',
  501: 'TransferUnsupported',
  503: 'Unavailable',
});

/** What is said where no endpoint is. */
export const elsewhere: Readonly<Record<string, Reference>> = Object.freeze({
  ...Object.fromEntries(Object.entries(everywhere).map(([status, name]) => [status, responseNamed(name)])),
  405: responseNamed('MethodUnsupported'),
});

/** Every answer at a path and method, by HTTP status. */
export function responsesOf(served: Served): Readonly<Record<string, Reference>> {
  const responses: Record<string, Reference> = {};
  for (const [status, name] of Object.entries(everywhere)) responses[status] = responseNamed(name);
  if (endpointsOf(served).some(({ body }) => body !== undefined)) responses[415] = responseNamed('CodingUnsupported');
  for (const status of ownAnswers(served).keys()) responses[status] = responseNamed(`${nameOf(served)}.${status}`);
  return responses;
}

/** The responses that are of one path and method, by the name of their component. */
export function ownResponses(served: Served): Readonly<Record<string, Response>> {
  const own = [...ownAnswers(served)].map(([status, answers]) => {
    const name = everywhere[status];
    const description = descriptions[status] ?? 'The request is refused.';
    return [
      `${nameOf(served)}.${status}`,
      responseOf(
        { description, answers, isSigned: status === '200' },
        schemaOf(answers, name === undefined ? [] : [name]),
      ),
    ] as const;
  });
  return Object.fromEntries(own);
}

const descriptions: Readonly<Record<string, string>> = Object.freeze({
  200: 'Every outcome that the endpoint knows of; `status` says which.',
  404: 'There is no such user, or nothing is here.',
});

/** The answers that only these endpoints give, without doubles, by HTTP status. */
function ownAnswers(served: Served): ReadonlyMap<string, readonly PossibleAnswer[]> {
  const answers = new Map<string, PossibleAnswer[]>();
  const add = (status: string, answer: PossibleAnswer) => {
    const before = answers.get(status) ?? [];
    const isKnown = before.some(({ example }) => isDeepStrictEqual(example, answer.example));
    if (!isKnown) answers.set(status, [...before, answer]);
  };
  for (const endpoint of endpointsOf(served)) {
    for (const [index, reply] of endpoint.replies.entries()) add('200', replyAnswer(endpoint, reply, index));
    for (const failure of failuresOf(endpoint)) {
      if (!isShared(failure)) add(String(failure.http), failureAnswer(failure));
    }
  }
  return answers;
}

function replyAnswer({ name }: Endpoint, { summary, schema, example }: ReplyFacts, index: number): PossibleAnswer {
  return { name: index === 0 ? name : `${name}-${index + 1}`, when: sentence(summary), schema, example };
}

function failureAnswer(failure: Failure): PossibleAnswer {
  const [name = failure.status] = failure.problems;
  const when = sentence(failure.problems.map((problem) => problems[problem].title).join('; or '));
  if (!failure.isRealmText) return fixedAnswer(name, when, failure);
  return variableAnswer(name, `${when} The text is a setting of the realm, empty unless set.`, failure, realmText);
}

/** Limits of the texts that a realm may set. */
const realmText = asWritten(realmSettings.shape.passwordTexts.unwrap().shape.resetRefused);

function responseNamed(name: string): Reference {
  return { $ref: `#/components/responses/${name}` };
}
