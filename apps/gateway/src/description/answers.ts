import type { JsonSchema } from '../exchange/endpoint.js';
import type { Answer } from '../http/answer.js';
import type { DialectPart } from './dialect-part.js';
import { headersOf } from './headers.js';
import { fixed } from './json-schema.js';
import type { Response } from './openapi.js';

/** One body that an endpoint can answer with, and when it does. */
export interface PossibleAnswer {
  /** Key of the example; unique among the answers of one status. */
  readonly name: string;
  readonly when: string;
  readonly schema: JsonSchema;
  readonly example: unknown;
}

/** An answer of fixed text: just this body, nothing beside it. */
export function fixedAnswer(name: string, when: string, { body }: Answer): PossibleAnswer {
  const example = JSON.parse(body) as Record<string, unknown>;
  return { name, when, schema: fixed(example), example };
}

export interface ResponseFacts {
  readonly description: string;
  readonly answers: readonly PossibleAnswer[];
  /** Names of headers beside those of every answer. */
  readonly headers?: readonly string[];
  /** It never comes without the seal of the credential scheme. */
  readonly isSealed?: boolean;
}

/** All that can come with one status; `schema` is that of the bodies. */
export function responseOf(part: DialectPart, facts: ResponseFacts, schema: JsonSchema): Response {
  const { description, answers, headers = [], isSealed = false } = facts;
  const examples = answers.map(({ name, when, example }) => [name, { summary: when, value: example }]);
  return {
    description,
    headers: headersOf(part, headers, isSealed),
    content: { 'application/json': { schema, examples: Object.fromEntries(examples) } },
  };
}

/** A body that is one of these, or fits one of the others. */
export function schemaOf(answers: readonly PossibleAnswer[], others: readonly JsonSchema[] = []): JsonSchema {
  const schemas = [...answers.map(({ schema }) => schema), ...others];
  const [only] = schemas;
  return schemas.length === 1 && only !== undefined ? only : { anyOf: schemas };
}
