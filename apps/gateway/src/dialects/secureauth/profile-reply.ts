import { isExtendedPropertyKey, knowledgeBaseKeys, type Profile, propertyKeys } from '@countersign/contracts';
import { exactly, type JsonSchema, text } from '../../description/json-schema.js';
import { found } from './answer-texts.js';
import { shownGroupName } from './group-name.js';
import type { QuestionAndAnswer } from './profile-body.js';

/** C.1's body, in its order. `groupNameSuffix` is the realm's. */
export function writeProfile(profile: Profile, groupNameSuffix: string): object {
  return {
    userId: profile.userId,
    properties: writeProperties(profile.properties),
    knowledgeBase: writeKnowledgeBase(profile.knowledgeBase),
    groups: profile.groups.map((group) => shownGroupName(group, groupNameSuffix)),
    accessHistories: [],
    status: found.status,
    message: found.message,
  };
}

type Property = Profile['properties'][string];

/** Writable flags are the strings of the contract: a JSON boolean breaks the Go SDK. */
function writeProperties(properties: Profile['properties']): Record<string, object> {
  const written: Record<string, object> = {};
  for (const key of propertyKeys) {
    const property = properties[key];
    if (property !== undefined) written[key] = { value: property.value, isWritable: String(property.isWritable) };
  }
  for (const key of Object.keys(properties).filter(isExtendedPropertyKey).sort(byNumber)) {
    const property = properties[key];
    if (property !== undefined) written[key] = writeExtended(property);
  }
  return written;
}

function writeExtended({ displayName, value, isWritable }: Property): object {
  return { ...(displayName === undefined ? {} : { displayName }), value, isWritable: String(isWritable) };
}

function writeKnowledgeBase(knowledgeBase: Profile['knowledgeBase']): Record<string, QuestionAndAnswer> {
  const written: Record<string, QuestionAndAnswer> = {};
  for (const key of knowledgeBaseKeys) {
    const entry = knowledgeBase[key];
    if (entry !== undefined) written[key] = { question: entry.question, answer: entry.answer };
  }
  return written;
}

function byNumber(a: string, b: string): number {
  return Number(a.slice('ExtProperty'.length)) - Number(b.slice('ExtProperty'.length));
}

const question = exactly({ question: text, answer: text });
const keyed = (keys: readonly string[], schema: JsonSchema) => Object.fromEntries(keys.map((key) => [key, schema]));

/** Strings, since a JSON boolean breaks the Go SDK. */
const isWritable: JsonSchema = { enum: ['true', 'false'] };

/** C.1's body. */
export const profileSchema: JsonSchema = exactly({
  userId: text,
  properties: {
    type: 'object',
    properties: keyed(propertyKeys, exactly({ value: text, isWritable })),
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
  knowledgeBase: { type: 'object', properties: keyed(knowledgeBaseKeys, question), additionalProperties: false },
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
