import { knowledgeBaseKeys, profileChanges, propertyKeys, questionAndAnswer } from '@countersign/contracts';
import { found } from './contract.js';
import type { JsonSchema } from './endpoint.js';
import { anObject, asWritten, exactly, text } from './json-schema.js';

const question = exactly({ question: text, answer: text });
const nullable = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: 'null' }] });
const keyed = (keys: readonly string[], schema: JsonSchema) => Object.fromEntries(keys.map((key) => [key, schema]));

const { additionalProperties: propertyValue } = asWritten(profileChanges.properties) as {
  readonly additionalProperties: JsonSchema;
};

/** What C.2 and C.3 read of a body. */
export const profileChangesSchema: Readonly<Record<string, JsonSchema>> = Object.freeze({
  properties: nullable(anObject(keyed(propertyKeys, { ...propertyValue, type: ['string', 'null'] }))),
  knowledgeBase: nullable(anObject(keyed(knowledgeBaseKeys, nullable(asWritten(questionAndAnswer))))),
});

export const exampleChanges = Object.freeze({
  properties: { firstName: 'John', lastName: 'Doe', phone1: '+12025550143', email1: 'jdoe@example.com', auxId2: '' },
  knowledgeBase: { kbq1: { question: 'What is your favorite color?', answer: 'red' } },
});

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
