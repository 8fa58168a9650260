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
    question: z.string('is not a string').meta(asWritten(limits.question)).nullish(),
    answer: z.string('is not a string').meta(asWritten(limits.answer)).nullish(),
  },
  'is not an object',
);

/**
 * What C.2 and C.3 read of a body. Keys that are not in the contract, over the limits or read-only are ignored, so none
 * of them is ever looked up. A null counts as absent, also for half of a question. Lengths are described here and judged
 * by the directory.
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
  for (const name in properties) {
    const value = properties[name];
    if (value !== undefined && value !== null) placeOf(name).set(changes, value);
  }
  for (const name in knowledgeBase) {
    const value = knowledgeBase[name];
    if (value === undefined || value === null) continue;
    const { question, answer } = value;
    changes.questions[placeOf(name).key] = {
      ...(typeof question === 'string' ? { question } : {}),
      ...(typeof answer === 'string' ? { answer } : {}),
    };
  }
  return changes;
}

/** Where the neutral user has what a property or question stands for. */
interface FieldPlace {
  readonly key: string;
  set(changes: Changes, value: string): void;
}

const places: ReadonlyMap<string, FieldPlace> = new Map(
  [...propertyNames, ...questionNames].map((name) => [name, fieldPlace(fieldOfProperty(name) ?? '')]),
);

function placeOf(name: string): FieldPlace {
  const place = places.get(name);
  if (place === undefined) throw new Error(`${name} stands for no field`);
  return place;
}

/** @param field such as `name.given`, `phones.2`, `attributes.custom3`, `pin` */
function fieldPlace(field: string): FieldPlace {
  const [kind, key = ''] = field.split('.');
  const position = Number(key);
  return {
    key,
    set: (changes, value) => {
      if (kind === 'emails' || kind === 'phones') changes[kind].push({ position, value });
      else if (kind === 'attributes') changes.attributes[key] = value;
      else if (kind === 'pin') changes.pin = value;
      else if (key === 'given') changes.name.given = value;
      else changes.name.family = value;
    },
  };
}

export const exampleChanges = Object.freeze({
  properties: { firstName: 'John', lastName: 'Doe', phone1: '+12025550143', email1: 'jdoe@example.com', auxId2: '' },
  knowledgeBase: { kbq1: { question: 'What is your favorite color?', answer: 'red' } },
});
