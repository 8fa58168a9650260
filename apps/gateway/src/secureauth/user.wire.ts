import {
  isExtendedPropertyKey,
  isWellFormedText,
  knowledgeBaseKeys,
  longestName,
  longestPasswordText,
  Problem,
  type Profile,
  propertyKeys,
} from '@countersign/contracts';
import { field, isJsonObject, type JsonObject } from '../http/json-body.js';
import { MalformedRequest } from '../http/malformed-request.js';
import { found } from './contract.js';
import { shownGroupName } from './group-name.js';

interface QuestionAndAnswer {
  readonly question: string;
  readonly answer: string;
}

/** What a body asks to change: only keys of the contract, an absent or null one stays as it is. */
export interface ProfileChanges {
  readonly properties: Record<string, string>;
  readonly knowledgeBase: Record<string, QuestionAndAnswer>;
}

/**
 * Reads C.2's `properties` and `knowledgeBase`. Keys that are not in the contract, over the limits or read-only are
 * ignored, so none of them is ever looked up.
 * @throws MalformedRequest if a value is not of its type
 */
export function readProfileChanges(body: JsonObject): ProfileChanges {
  return {
    properties: readMap(body, 'properties', propertyKeys, readText),
    knowledgeBase: readMap(body, 'knowledgeBase', knowledgeBaseKeys, readQuestion),
  };
}

/**
 * C.2's body. One that holds passwords and nothing to change was meant for `/changepwd` (contract F15): it must not
 * hear `success`.
 * @throws MalformedRequest
 */
export function readUpdate(body: JsonObject): ProfileChanges {
  const hasChanges = isGiven(field(body, 'properties')) || isGiven(field(body, 'knowledgeBase'));
  if (!hasChanges && passwordKeys.some((key) => Object.hasOwn(body, key))) {
    throw new MalformedRequest('properties or knowledgeBase is missing');
  }
  return readProfileChanges(body);
}

/**
 * C.3's body. Ids that no path of ours could name are refused like all other unfit ones.
 * @throws Problem `user.id_invalid`, `password.refused`: not malformed, since clients send `{}` for what they leave unset
 */
export function readNewUser(body: JsonObject): ProfileChanges & { readonly userId: string; readonly password: string } {
  const userId = field(body, 'userId');
  if (typeof userId !== 'string' || !isAddressable(userId)) throw new Problem('user.id_invalid');
  const password = field(body, 'password');
  if (typeof password !== 'string' || !isPossiblePassword(password)) throw new Problem('password.refused');
  return { userId, password, ...readProfileChanges(body) };
}

/**
 * One of C.4's passwords.
 * @throws MalformedRequest if it is not there; Problem `password.refused` if nothing can be such a password
 */
export function readPassword(body: JsonObject, key: string): string {
  const password = field(body, key);
  if (typeof password !== 'string') throw new MalformedRequest(`${key} is missing`);
  if (!isPossiblePassword(password)) throw new Problem('password.refused');
  return password;
}

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

const passwordKeys = ['password', 'currentPassword', 'newPassword'] as const;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNADDRESSABLE = /[\u0000-\u001f\u007f-\u009f/]|^\.{1,2}$|^\s*$/u;

function isAddressable(userId: string): boolean {
  return userId.length <= longestName && isWellFormedText(userId) && !UNADDRESSABLE.test(userId);
}

function isPossiblePassword(password: string): boolean {
  return password.length <= longestPasswordText && isWellFormedText(password);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function readMap<Value>(
  body: JsonObject,
  name: string,
  keys: readonly string[],
  read: (value: unknown, where: string) => Value,
): Record<string, Value> {
  const map = field(body, name);
  const values: Record<string, Value> = {};
  if (!isGiven(map)) return values;
  if (!isJsonObject(map)) throw new MalformedRequest(`${name} is not an object`);
  for (const key of keys) {
    const value = field(map, key);
    if (isGiven(value)) values[key] = read(value, `${name}.${key}`);
  }
  return values;
}

function readText(value: unknown, where: string): string {
  if (typeof value !== 'string') throw new MalformedRequest(`${where} is not a string`);
  return value;
}

function readQuestion(value: unknown, where: string): QuestionAndAnswer {
  if (!isJsonObject(value)) throw new MalformedRequest(`${where} is not an object`);
  return {
    question: readText(field(value, 'question'), `${where}.question`),
    answer: readText(field(value, 'answer'), `${where}.answer`),
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
