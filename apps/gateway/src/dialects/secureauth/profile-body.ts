import {
  fieldOfProperty,
  longestValue,
  propertyNames,
  questionAndAnswer,
  questionNames,
  type UserChangesInput,
} from '@countersign/contracts';
import { z } from 'zod';
import { asWritten } from '../../description/json-schema.js';

const property = z.string('is not a string').meta({ maxLength: longestValue });

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
  properties: mapOf(propertyNames, property),
  knowledgeBase: mapOf(questionNames, question),
};

function mapOf<Value extends z.ZodType>(keys: readonly string[], value: Value) {
  return z.object(Object.fromEntries(keys.map((key) => [key, value.nullish()])), 'is not an object').nullish();
}

type Given<Value> = Readonly<Record<string, Value | null | undefined>> | null | undefined;

interface ProfileBody {
  readonly properties?: Given<string>;
  readonly knowledgeBase?: Given<z.output<typeof question>>;
}

type Changes = Required<Pick<UserChangesInput, 'name' | 'emails' | 'phones' | 'attributes' | 'questions'>> &
  Pick<UserChangesInput, 'pin'>;

/** The changes of the neutral user that a body asks for; an absent or null key stays as it is. */
export function changesOf({ properties, knowledgeBase }: ProfileBody): Changes {
  const changes: Changes = { name: {}, emails: [], phones: [], attributes: {}, questions: {} };
  for (const [name, value] of given(properties)) setField(changes, fieldOfProperty(name), value);
  for (const [name, value] of given(knowledgeBase)) changes.questions[questionOf(name)] = value;
  return changes;
}

function given<Value>(map: Given<Value>): readonly (readonly [string, Value])[] {
  return Object.entries(map ?? {}).flatMap(([key, value]) =>
    value === undefined || value === null ? [] : [[key, value] as const],
  );
}

/** @param field such as `name.given`, `phones.2`, `attributes.custom3`, `pin` */
function setField(changes: Changes, field: string | undefined, value: string): void {
  const [kind, key = ''] = field?.split('.') ?? [];
  if (kind === 'name') changes.name = { ...changes.name, [key]: value };
  else if (kind === 'emails' || kind === 'phones') changes[kind].push({ position: Number(key), value });
  else if (kind === 'attributes') changes.attributes[key] = value;
  else if (kind === 'pin') changes.pin = value;
  else throw new Error(`a property stands for no field that can be changed, found ${field}`);
}

/** `kbq1` as the directory calls it: `1`. */
function questionOf(name: string): string {
  const [, key] = fieldOfProperty(name)?.split('.') ?? [];
  if (key === undefined) throw new Error(`${name} is no question`);
  return key;
}

export const exampleChanges = Object.freeze({
  properties: { firstName: 'John', lastName: 'Doe', phone1: '+12025550143', email1: 'jdoe@example.com', auxId2: '' },
  knowledgeBase: { kbq1: { question: 'What is your favorite color?', answer: 'red' } },
});
