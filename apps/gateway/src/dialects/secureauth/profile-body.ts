import { knowledgeBaseKeys, profileChanges, propertyKeys, questionAndAnswer } from '@countersign/contracts';
import { z } from 'zod';
import { asWritten, type JsonSchema } from '../../description/json-schema.js';

const { additionalProperties: propertyLimits } = asWritten(profileChanges.properties) as {
  readonly additionalProperties: JsonSchema;
};
const property = z.string('is not a string').meta(propertyLimits);

const { shape: limits } = questionAndAnswer;
const question = z.object(
  {
    question: z.string('is not a string').meta(asWritten(limits.question)),
    answer: z.string('is not a string').meta(asWritten(limits.answer)),
  },
  'is not an object',
);

/**
 * What C.2 and C.3 read of a body. Keys that are not in the contract, over the limits or read-only are ignored, so none
 * of them is ever looked up. A null counts as absent. Lengths are described here and judged by the directory.
 */
export const profileBody = {
  properties: mapOf(propertyKeys, property),
  knowledgeBase: mapOf(knowledgeBaseKeys, question),
};

function mapOf<Value extends z.ZodType>(keys: readonly string[], value: Value) {
  return z.object(Object.fromEntries(keys.map((key) => [key, value.nullish()])), 'is not an object').nullish();
}

interface ProfileBody {
  readonly properties?: Readonly<Record<string, string | null | undefined>> | null | undefined;
  readonly knowledgeBase?: Readonly<Record<string, QuestionAndAnswer | null | undefined>> | null | undefined;
}
export interface QuestionAndAnswer {
  readonly question: string;
  readonly answer: string;
}

/** What a body asks to change; an absent or null key stays as it is. */
export function changesOf({ properties, knowledgeBase }: ProfileBody) {
  return { properties: given(properties), knowledgeBase: given(knowledgeBase) };
}

function given<Value>(
  map: Readonly<Record<string, Value | null | undefined>> | null | undefined,
): Record<string, Value> {
  const values: Record<string, Value> = {};
  for (const [key, value] of Object.entries(map ?? {})) {
    if (value !== undefined && value !== null) values[key] = value;
  }
  return values;
}

export const exampleChanges = Object.freeze({
  properties: { firstName: 'John', lastName: 'Doe', phone1: '+12025550143', email1: 'jdoe@example.com', auxId2: '' },
  knowledgeBase: { kbq1: { question: 'What is your favorite color?', answer: 'red' } },
});
