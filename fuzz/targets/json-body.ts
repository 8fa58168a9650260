import { isWellFormedText, Problem } from '@countersign/contracts';
import fc from 'fast-check';
import { groupEndpoints } from '../../apps/gateway/src/dialects/secureauth/groups.js';
import { passwordEndpoints } from '../../apps/gateway/src/dialects/secureauth/passwords.js';
import { changesOf } from '../../apps/gateway/src/dialects/secureauth/profile-body.js';
import { userEndpoints } from '../../apps/gateway/src/dialects/secureauth/users.js';
import type { Endpoint } from '../../apps/gateway/src/exchange/endpoint.js';
import { parseBody } from '../../apps/gateway/src/exchange/parse-body.js';
import { type JsonObject, readJsonObject } from '../../apps/gateway/src/http/json-body.js';
import { MalformedRequest } from '../../apps/gateway/src/http/malformed-request.js';
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
  dictionary: [
    '"__proto__":',
    '{',
    '}',
    '[',
    ']',
    '"',
    ',',
    ',}',
    ',]',
    ' ',
    ':',
    'null',
    '\\ud800',
    '\\u0000',
    '1e999',
    ...keys,
  ],
  longest: 128 * 1024,
  inputs: value.map((any) => JSON.stringify(any) ?? ''),
  check: (input) => {
    const body = declared(() => readJsonObject(input, undefined));
    if (body === undefined) return;
    holds(!Array.isArray(body) && typeof body === 'object', 'a body is an object');
    const read = strictly(input.toString());
    if (read !== undefined) holdsSame(body, read, 'the one that everybody reads');
    checkReaders(body);
    holds(Object.keys(Object.prototype).length === 0, 'no prototype has been touched');
  },
};

function checkReaders(body: JsonObject): void {
  const update = read(userEndpoints.update, body);
  if (update !== undefined) {
    checkChanges(changesOf(update));
    holdsSame(read(userEndpoints.update, { ...update }), update, 'read again it is the same');
  }
  const made = read(userEndpoints.create, body);
  if (made !== undefined) {
    checkChanges(changesOf(made));
    const known = ['domain', 'knowledgeBase', 'password', 'properties', 'userId'];
    holds(
      Object.keys(made).every((key) => known.includes(key)),
      'nothing else is read',
    );
    holds(isText(made.userId), 'a user id is text');
    holds(isText(made.password), 'a password is text');
  }
  for (const names of [
    read(groupEndpoints.addGroups, body)?.groupNames,
    read(groupEndpoints.addUsers, body)?.userIds,
  ]) {
    if (names === undefined) continue;
    holds(names.every(isText) && names.length > 0 && names.length <= 1_000, 'names are 1 to 1000 texts');
    holds(new Set(names).size === names.length, 'each once');
  }
  const passwords = [read(passwordEndpoints.reset, body), read(passwordEndpoints.change, body)];
  for (const password of passwords.flatMap((some) => Object.values(some ?? {}))) {
    holds(isText(password), 'a password is text');
  }
  const erased = read(userEndpoints.erase, body);
  holds(erased === undefined || typeof erased.user_id === 'string', 'a user id is text');
}

function checkChanges({ name, emails, phones, attributes, questions, pin }: ReturnType<typeof changesOf>): void {
  holds(
    Object.keys(name).every((key) => key === 'given' || key === 'family'),
    'only names of the contract',
  );
  for (const { position } of [...emails, ...phones]) holds(position >= 1 && position <= 4, 'only four of each');
  holds(
    Object.keys(attributes).every((key) => /^custom([1-9]|10)$/.test(key)),
    'only attributes of the contract',
  );
  holds(
    Object.keys(questions).every((key) => /^([1-6]|help_desk)$/.test(key)),
    'only questions of the contract',
  );
  // what cannot be stored is refused by the operation's own shape
  const texts = [
    ...Object.values(name),
    ...Object.values(attributes),
    ...[...emails, ...phones].map((one) => one.value),
  ];
  for (const text of texts) holds(typeof text === 'string', 'properties are strings');
  holds(pin === undefined || typeof pin === 'string', 'the PIN is a string');
  for (const { question, answer } of Object.values(questions)) {
    for (const text of [question, answer])
      holds(text === undefined || typeof text === 'string', 'questions and answers are strings');
  }
}

/** The body as the endpoint reads it; undefined: refused in one of the two ways that are declared. */
function read<Body>(endpoint: Pick<Endpoint<never, Body>, 'body' | 'name'>, json: JsonObject): Body | undefined {
  const { body, name } = endpoint;
  if (body === undefined) throw new Error(`${name} reads no body`);
  return declared(() => parseBody(body.schema, json));
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

/** undefined: no JSON, but for a comma behind a last entry or a byte order mark, which bodies may have. */
function strictly(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isText(text: unknown): text is string {
  return typeof text === 'string' && isWellFormedText(text);
}
