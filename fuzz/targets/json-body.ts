import { isKnowledgeBaseKey, isPropertyKey, isWellFormedText, Problem } from '@countersign/contracts';
import fc from 'fast-check';
import { field, type JsonObject, readJsonObject } from '../../apps/gateway/src/http/json-body.js';
import { MalformedRequest } from '../../apps/gateway/src/http/malformed-request.js';
import { readNames } from '../../apps/gateway/src/secureauth/association.wire.js';
import { readErasure } from '../../apps/gateway/src/secureauth/erasure.wire.js';
import { readNewUser, readPassword, readUpdate } from '../../apps/gateway/src/secureauth/user.wire.js';
import type { Exchange } from '../../apps/gateway/src/signature/exchange.js';
import { holds, holdsSame, type Target } from '../target.js';

const keys = [
  ...['properties', 'knowledgeBase', 'userId', 'password', 'currentPassword', 'newPassword', 'groupNames', 'userIds'],
  ...[
    'user_id',
    'domain',
    '__proto__',
    'constructor',
    'toString',
    'firstName',
    'email1',
    'pinHash',
    'kbq1',
    'question',
  ],
  ...['answer', 'ExtProperty1', 'isWritable', 'realm', 'id', 'status', 'groups'],
];
const value = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, 0, '', 'x', 'jdoe', '\ud800', '\0', 'a\\b', '..', ' '),
    fc.string({ unit: 'binary', maxLength: 5 }),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...keys), tie('any'), { maxKeys: 6, noNullPrototype: true }),
  ),
})).any;

/** Bodies of the signed API, by every reader of them. */
export const jsonBody: Target = {
  name: 'json-body',
  about: 'the body of a request, as JSON and as each endpoint reads it',
  seeds: [
    '{"properties":{"firstName":"a","__proto__":"b"},"knowledgeBase":{"kbq1":{"question":"q","answer":"a"}}}',
    '{"userId":"jdoe","password":"correct horse","userId":"other"}',
    '{"groupNames":["a","a"],"userIds":[{"$ne":""}],"user_id":"x","domain":null}',
    '{"currentPassword":"a","newPassword":"b","password":""}',
    '',
    '[]',
  ],
  dictionary: ['"__proto__":', '{', '}', '[', ']', '"', ',', ':', 'null', '\\ud800', '\\u0000', '1e999', ...keys],
  longest: 128 * 1024,
  inputs: value.map((any) => JSON.stringify(any) ?? ''),
  check: (input) => {
    const body = declared(() => readJsonObject(input, undefined));
    if (body === undefined) return;
    holds(!Array.isArray(body) && typeof body === 'object', 'a body is an object');
    if (input.length > 0) holdsSame(body, JSON.parse(input.toString()), 'the one that everybody reads');
    for (const key of ['__proto__', 'constructor', 'toString']) {
      holds(field(body, key) === undefined || Object.hasOwn(body, key), 'nothing is inherited');
    }
    checkReaders(body);
    holds(Object.keys(Object.prototype).length === 0, 'no prototype has been touched');
  },
};

function checkReaders(body: JsonObject): void {
  const update = declared(() => readUpdate(body));
  if (update !== undefined) {
    const { properties, knowledgeBase } = update;
    holds(Object.keys(properties).every(isPropertyKey), 'only properties of the contract');
    holds(Object.keys(knowledgeBase).every(isKnowledgeBaseKey), 'only questions of the contract');
    // what cannot be stored is refused by the operation's own shape
    for (const text of Object.values(properties)) holds(typeof text === 'string', 'properties are strings');
    for (const { question, answer } of Object.values(knowledgeBase)) {
      holds(typeof question === 'string' && typeof answer === 'string', 'questions and answers are strings');
    }
    holdsSame(readUpdate({ ...update }), update, 'read again it is the same');
  }
  const made = declared(() => readNewUser(body));
  if (made !== undefined) {
    holdsSame(Object.keys(made).sort(), ['knowledgeBase', 'password', 'properties', 'userId'], 'nothing else is read');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    holds(!/[\u0000-\u001f\u007f-\u009f/]/.test(made.userId), 'a new user can be named by a path');
  }
  for (const key of ['groupNames', 'userIds'] as const) {
    const names = declared(() => readNames(body, key));
    if (names === undefined) continue;
    holds(names.every(isText) && names.length > 0 && names.length <= 1_000, 'names are 1 to 1000 texts');
    holds(new Set(names).size === names.length, 'each once');
  }
  for (const key of ['password', 'newPassword', 'currentPassword']) {
    const password = declared(() => readPassword(body, key));
    holds(password === undefined || isText(password), 'a password is text');
  }
  const erased = declared(() => readErasure({} as Exchange, body));
  holds(erased === undefined || typeof erased.userId === 'string', 'a user id is text');
}

/** undefined: refused in one of the two ways that are declared. */
function declared<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof MalformedRequest || error instanceof Problem) return undefined;
    throw error;
  }
}

function isText(text: unknown): boolean {
  return typeof text === 'string' && isWellFormedText(text);
}
