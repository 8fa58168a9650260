import {
  attributeDefinitionOf,
  fieldOfProperty,
  type Profile,
  propertyNames,
  propertyOfField,
  questionNames,
  type RealmSettings,
} from '@countersign/contracts';
import { exactly, type JsonSchema, text } from '../../description/json-schema.js';
import type { Application } from '../../exchange/application.js';
import { found } from './answer-texts.js';
import { shownGroupName } from './group-name.js';
import type { SecureauthSettings } from './settings.js';

/** C.1's body, in its order. @param shown the user as the request names it */
export function writeProfile(
  shown: string,
  user: Profile,
  { settings, realmSettings }: Application<SecureauthSettings>,
): object {
  return {
    userId: shown,
    properties: writeProperties(user, realmSettings),
    knowledgeBase: writeKnowledgeBase(user),
    groups: user.groups.map((group) => shownGroupName(group, settings.groupNameSuffix)),
    accessHistories: [],
    status: found.status,
    message: found.message,
  };
}

/** A property without a value is left out. Writable flags are the strings of the contract: a JSON boolean breaks the Go SDK. */
function writeProperties(user: Profile, realm: RealmSettings): Record<string, object> {
  const written: Record<string, object> = {};
  for (const property of properties) {
    const value = textOf(property, user);
    if (value !== undefined) written[property.name] = { value, isWritable: isWritableIn(realm, property) };
  }
  writeExtended(user, realm, written);
  return written;
}

interface Property {
  readonly name: string;
  readonly field: string;
  /** The part of the neutral user that holds it, and what of that: `emails.2` is of the kind `emails`, with the key `2`. */
  readonly kind: string;
  readonly key: string;
  readonly position: number;
}

/** The properties that callers may write. */
const properties: readonly Property[] = propertyNames.map((name) => {
  const field = fieldOfProperty(name) ?? '';
  const [kind = '', key = ''] = field.split('.');
  return { name, field, kind, key, position: Number(key) };
});

function textOf({ kind, key, position: at }: Property, user: Profile): string | undefined {
  if (kind === 'attributes') return user.attributes[key];
  if (kind === 'emails' || kind === 'phones') return user[kind].find(({ position }) => position === at)?.value;
  if (kind === 'pin') return user.pin;
  return key === 'given' ? user.name.given : user.name.family;
}

function isWritableIn({ readOnlyFields, attributes }: RealmSettings, { field, kind, key }: Property): 'true' | 'false' {
  if (readOnlyFields.includes(field)) return 'false';
  const isForOperators = kind === 'attributes' && attributeDefinitionOf(attributes, key)?.writableBy === 'operators';
  return isForOperators ? 'false' : 'true';
}

/** What the directory of the realm's owner says beyond the contract: applications only read it. By number. */
function writeExtended({ attributes }: Profile, realm: RealmSettings, written: Record<string, object>): void {
  const names = Object.keys(attributes).flatMap((key) => {
    const name = propertyOfField(`attributes.${key}`);
    return name?.startsWith(EXTENDED) ? [{ key, name, number: Number(name.slice(EXTENDED.length)) }] : [];
  });
  for (const { key, name } of names.sort((a, b) => a.number - b.number)) {
    const displayName = attributeDefinitionOf(realm.attributes, key)?.displayName ?? name;
    written[name] = { displayName, value: attributes[key], isWritable: 'false' };
  }
}

const EXTENDED = 'ExtProperty';

/** A question stays visible where its answer is not. */
function writeKnowledgeBase({ questions }: Profile): Record<string, object> {
  const written: Record<string, object> = {};
  for (const { name, key } of knownQuestions) {
    const entry = questions[key];
    if (entry !== undefined) written[name] = { question: entry.question, answer: entry.answer ?? '' };
  }
  return written;
}

const knownQuestions = questionNames.map((name) => ({ name, key: fieldOfProperty(name)?.split('.')[1] ?? '' }));

const question = exactly({ question: text, answer: text });
const keyed = (keys: readonly string[], schema: JsonSchema) => Object.fromEntries(keys.map((key) => [key, schema]));

/** Strings, since a JSON boolean breaks the Go SDK. */
const isWritable: JsonSchema = { enum: ['true', 'false'] };

/** C.1's body. */
export const profileSchema: JsonSchema = exactly({
  userId: text,
  properties: {
    type: 'object',
    properties: keyed(propertyNames, exactly({ value: text, isWritable })),
    patternProperties: {
      '^ExtProperty[1-9][0-9]{0,2}$': {
        type: 'object',
        properties: { displayName: text, value: text, isWritable: { const: 'false' } },
        required: ['value', 'isWritable'],
        additionalProperties: false,
      },
    },
    additionalProperties: false,
  },
  knowledgeBase: { type: 'object', properties: keyed(questionNames, question), additionalProperties: false },
  groups: { type: 'array', items: text },
  accessHistories: { type: 'array', items: { type: 'object' } },
  status: { const: found.status },
  message: { const: found.message },
});

export const exampleProfile = Object.freeze({
  userId: 'jdoe',
  properties: {
    firstName: { value: 'John', isWritable: 'true' },
    phone1: { value: '+12025550143', isWritable: 'true' },
    ExtProperty1: { displayName: 'Cost centre', value: '4711', isWritable: 'false' },
  },
  knowledgeBase: { kbq1: { question: 'What is your favorite color?', answer: 'red' } },
  groups: ['CN=SharePoint Developers,OU=groups,DC=example,DC=com'],
  accessHistories: [],
  ...found,
});
