import { isDeepStrictEqual } from 'node:util';
import { type ProblemCode, problems } from '@countersign/contracts';
import type { Endpoint, ReplyFacts } from '../exchange/endpoint.js';
import { type PossibleAnswer, responseOf, schemaOf } from './answers.js';
import type { DescribedDialect, ProblemAnswer } from './described-dialect.js';
import type { DialectPart } from './dialect-part.js';
import type { JsonSchema, Reference, Response } from './openapi.js';
import { sentence } from './sentence.js';
import { endpointsOf, nameOf, type Served } from './served.js';
import { isShared, sharedResponses } from './shared-responses.js';

/** The responses and schemas that every endpoint of the dialect refers to, by the name of their component. */
export function sharedComponents(part: DialectPart): {
  readonly responses: Readonly<Record<string, Response>>;
  readonly schemas: Readonly<Record<string, JsonSchema>>;
} {
  const entries = Object.entries(sharedResponses(part.dialect));
  return {
    responses: Object.fromEntries(
      entries.map(([name, facts]) => [name, responseOf(part, facts, { ...part.refTo('schemas', name) })]),
    ),
    schemas: Object.fromEntries(entries.map(([name, { answers }]) => [name, schemaOf(answers)])),
  };
}

/** What is answered where no endpoint of the dialect is, by HTTP status. */
export function elsewhereOf(part: DialectPart): Readonly<Record<string, Reference>> {
  const shared = Object.entries(sharedResponses(part.dialect)).filter(([, { at }]) => at !== 'bodies');
  return Object.fromEntries(shared.map(([name, { status }]) => [status, part.refTo('responses', name)]));
}

/** Every answer at a path and method, by HTTP status. */
export function responsesOf(part: DialectPart, served: Served): Readonly<Record<string, Reference>> {
  const readsBody = endpointsOf(served).some(({ body }) => body !== undefined);
  const responses: Record<string, Reference> = {};
  for (const [name, { status, at }] of Object.entries(sharedResponses(part.dialect))) {
    if (at === undefined || (at === 'bodies' && readsBody)) responses[status] = part.refTo('responses', name);
  }
  for (const status of ownAnswers(part.dialect, served).keys()) {
    responses[status] = part.refTo('responses', `${nameOf(served)}.${status}`);
  }
  return responses;
}

/** The responses that are of one path and method, by the name of their component. */
export function ownResponses(part: DialectPart, served: Served): Readonly<Record<string, Response>> {
  const everywhere = Object.entries(sharedResponses(part.dialect)).filter(([, { at }]) => at === undefined);
  const own = [...ownAnswers(part.dialect, served)].map(([status, answers]) => {
    const alsoThere = everywhere.filter(([, shared]) => String(shared.status) === status);
    const schemas = alsoThere.map(([name]) => ({ ...part.refTo('schemas', name) }));
    const isReply = endpointsOf(served).some(({ replies }) => replies.some((reply) => statusOf(reply) === status));
    const otherwise = isReply ? 'An outcome that the endpoint knows of.' : 'The request is refused.';
    const description = part.dialect.description.statuses[status] ?? otherwise;
    const facts = { description, answers, isSealed: isReply };
    return [`${nameOf(served)}.${status}`, responseOf(part, facts, schemaOf(answers, schemas))] as const;
  });
  return Object.fromEntries(own);
}

function statusOf({ http = 200 }: ReplyFacts): string {
  return String(http);
}

/** The answers that only these endpoints give, without doubles, by HTTP status. */
function ownAnswers(dialect: DescribedDialect, served: Served): ReadonlyMap<string, readonly PossibleAnswer[]> {
  const answers = new Map<string, PossibleAnswer[]>();
  const add = (status: string, answer: PossibleAnswer) => {
    const before = answers.get(status) ?? [];
    const isKnown = before.some(({ example }) => isDeepStrictEqual(example, answer.example));
    if (!isKnown) answers.set(status, [...before, answer]);
  };
  for (const endpoint of endpointsOf(served)) {
    for (const [index, reply] of endpoint.replies.entries()) add(statusOf(reply), replyAnswer(endpoint, reply, index));
    for (const { codes, answer } of failuresOf(dialect, endpoint)) {
      if (!isShared(dialect, answer)) add(String(answer.http), failureAnswer(codes, answer));
    }
  }
  return answers;
}

function replyAnswer({ name }: Endpoint, { summary, schema, example }: ReplyFacts, index: number): PossibleAnswer {
  return { name: index === 0 ? name : `${name}-${index + 1}`, when: sentence(summary), schema, example };
}

/** An answer that no handler makes; several refusals of a service can be told by the same answer. */
export interface Failure {
  readonly codes: readonly [ProblemCode, ...ProblemCode[]];
  readonly answer: ProblemAnswer;
}

/** What the refusals of its service answer at an endpoint, each answer once. */
export function failuresOf({ description }: DescribedDialect, endpoint: Endpoint): readonly Failure[] {
  const failures = new Map<string, Failure>();
  const { operation, neverMet = [] } = endpoint;
  for (const code of operation.refusals.filter((one) => !neverMet.includes(one))) {
    const answer = description.problemAt(endpoint, code);
    const key = JSON.stringify([answer.http, answer.example]);
    const before = failures.get(key);
    failures.set(key, { answer, codes: before === undefined ? [code] : [...before.codes, code] });
  }
  return [...failures.values()];
}

function failureAnswer(codes: Failure['codes'], { schema, example, note }: ProblemAnswer): PossibleAnswer {
  const when = sentence(codes.map((code) => problems[code].title).join('; or '));
  return { name: codes[0], when: note === undefined ? when : `${when} ${note}`, schema, example };
}
