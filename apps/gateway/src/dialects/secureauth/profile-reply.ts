import {
  attributeDefinitionOf,
  fieldOfProperty,
  propertyNames,
  propertyOfField,
  questionNames,
  type RealmSettings,
  type User,
} from '@countersign/contracts';
import { exactly, type JsonSchema, text } from '../../description/json-schema.js';
import type { Application } from '../../exchange/application.js';
import { found } from './answer-texts.js';
import { shownGroupName } from './group-name.js';
import type { SecureauthSettings } from './settings.js';

/** C.1's body, in its order. */
export function writeProfile(user: User, { settings, realmSettings }: Application<SecureauthSettings>): object {
  return {
    userId: user.userId,
    properties: { ...writeProperties(user, realmSettings), ...writeExtended(user, realmSettings) },
    knowledgeBase: writeKnowledgeBase(user),
    groups: user.groups.map((group) => shownGroupName(group, settings.groupNameSuffix)),
    accessHistories: [],
    status: found.status,
    message: found.message,
  };
}

/** A property without a value is left out. Writable flags are the strings of the contract: a JSON boolean breaks the Go SDK. */
function writeProperties(user: User, realm: RealmSettings): Record<string, object> {
  const written: Record<string, object> = {};
  for (const { name, field, kind, key } of properties) {
    const value = valueAt(user, kind, key);
    if (value !== undefined) written[name] = { value, isWritable: String(isWritableIn(realm, field, kind, key)) };
  }
  return written;
}

/** The properties that callers may write, and where the neutral user has them: `emails.2` is of the kind `emails`. */
const properties = propertyNames.map((name) => {
  const field = fieldOfProperty(name) ?? '';
  const [kind = '', key = ''] = field.split('.');
  return { name, field, kind, key };
});

function valueAt(user: User, kind: string, key: string): string | undefined {
  if (kind === 'attributes') return user.attributes[key];
  if (kind === 'emails' || kind === 'phones') return user[kind].find(({ position }) => String(position) === key)?.value;
  if (kind === 'pin') return user.pin;
  return key === 'given' ? user.name.given : user.name.family;
}

function isWritableIn(
  { readOnlyFields, attributes }: RealmSettings,
  field: string,
  kind: string,
  key: string,
): boolean {
  if (readOnlyFields.includes(field)) return false;
  return kind !== 'attributes' || attributeDefinitionOf(attributes, key)?.writableBy !== 'operators';
}

/** What the directory of the realm's owner says beyond the contract: applications only read it. By number. */
function writeExtended({ attributes }: User, realm: RealmSettings): Record<string, object> {
  const extended = Object.entries(attributes).flatMap(([key, value]) => {
    const name = propertyOfField(`attributes.${key}`);
    if (name?.startsWith(EXTENDED) !== true) return [];
    const displayName = attributeDefinitionOf(realm.attributes, key)?.displayName ?? name;
    return [{ name, number: Number(name.slice(EXTENDED.length)), shown: { displayName, value, isWritable: 'false' } }];
  });
  extended.sort((a, b) => a.number - b.number);
  return Object.fromEntries(extended.map(({ name, shown }) => [name, shown]));
}

const EXTENDED = 'ExtProperty';

/** A question stays visible where its answer is not. */
function writeKnowledgeBase({ questions }: User): Record<string, object> {
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
