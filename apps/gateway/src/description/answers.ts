import type { Failure } from '../secureauth/failures.js';
import { type AnswerHeader, headersOf } from './headers.js';
import type { JsonSchema, Response } from './openapi.js';

/** One body that an endpoint can answer with, and when it does. */
export interface PossibleAnswer {
  /** Key of the example; unique among the answers of one status. */
  readonly name: string;
  readonly when: string;
  readonly schema: JsonSchema;
  readonly example: unknown;
}

type Words = Pick<Failure, 'status' | 'message' | 'names'>;

/** An answer of fixed words: just these, nothing beside them. */
export function fixedAnswer(name: string, when: string, { status, message, names }: Words): PossibleAnswer {
  return answerOf(name, when, { status, message, names }, { const: message });
}

/** An answer whose message is not fixed; `message` of `words` is but an example. */
export function variableAnswer(name: string, when: string, words: Words, messageSchema: JsonSchema): PossibleAnswer {
  return answerOf(name, when, words, { type: 'string', ...messageSchema });
}

function answerOf(name: string, when: string, { status, message, names }: Words, text: JsonSchema): PossibleAnswer {
  const named = names === undefined ? {} : { [names]: exampleUserId };
  return {
    name,
    when,
    // The user is named as the request named it; where it named nobody that can be named back, not at all.
    schema: {
      type: 'object',
      properties: {
        status: { const: status },
        message: text,
        ...(names === undefined ? {} : { [names]: { type: 'string' } }),
      },
      required: ['status', 'message'],
      additionalProperties: false,
    },
    example: { status, message, ...named },
  };
}

const exampleUserId = 'jdoe';

export interface ResponseFacts {
  readonly description: string;
  readonly answers: readonly PossibleAnswer[];
  readonly headers?: readonly AnswerHeader[];
  /** It never comes without a signature. */
  readonly isSigned?: boolean;
}

/** All that can come with one status; `schema` is that of the bodies. */
export function responseOf(facts: ResponseFacts, schema: JsonSchema): Response {
  const { description, answers, headers = [], isSigned = false } = facts;
  const examples = answers.map(({ name, when, example }) => [name, { summary: when, value: example }]);
  return {
    description,
    headers: headersOf(headers, isSigned),
    content: { 'application/json': { schema, examples: Object.fromEntries(examples) } },
  };
}

/** A body that is one of these, or fits one of the named schemas. */
export function schemaOf(answers: readonly PossibleAnswer[], alsoNamed: readonly string[] = []): JsonSchema {
  const schemas = [...answers.map(({ schema }) => schema), ...alsoNamed.map(schemaNamed)];
  const [only] = schemas;
  return schemas.length === 1 && only !== undefined ? only : { anyOf: schemas };
}

export function schemaNamed(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}
