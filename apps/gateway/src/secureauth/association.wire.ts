import { isWellFormedText, mostAssociations } from '@countersign/contracts';
import { field, type JsonObject } from '../http/json-body.js';
import { MalformedRequest } from '../http/malformed-request.js';
import { associationErrors, successes } from './contract.js';

/**
 * A list of C.5, each name once, in order. Names are told apart as they were sent: they are what is sent back.
 * @throws MalformedRequest if it is missing, empty or too long, or holds anything but text
 */
export function readNames(body: JsonObject, key: 'groupNames' | 'userIds'): readonly string[] {
  const list = field(body, key);
  if (!Array.isArray(list)) throw new MalformedRequest(`${key} is not a list`);
  if (list.length === 0) throw new MalformedRequest(`${key} is empty`);
  if (list.length > mostAssociations) throw new MalformedRequest(`${key} has more than ${mostAssociations} entries`);
  if (!list.every((name): name is string => typeof name === 'string')) {
    throw new MalformedRequest(`${key} holds something that is not a string`);
  }
  if (!list.every(isWellFormedText)) throw new MalformedRequest(`${key} holds a name that is not acceptable`);
  return [...new Set(list)];
}

/**
 * C.5's body for many associations, in the guide's order.
 * @param subject whom or what the request's path names
 * @param failed what of the list could not be associated
 */
export function writeAssociations(subject: string, failed: readonly string[]): object {
  if (failed.length === 0) return successes.associated;
  return { failures: { [subject]: failed }, ...associationErrors(failed.length) };
}
