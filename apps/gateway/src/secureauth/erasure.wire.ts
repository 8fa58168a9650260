import { field, type JsonObject } from '../http/json-body.js';
import { MalformedRequest } from '../http/malformed-request.js';
import type { Exchange } from '../signature/exchange.js';
import { type NamedUser, named } from './named-user.js';

/**
 * Whom C.7's body names. `deleteAllRelatedData` is not looked at: nothing that is kept of a user can outlive them.
 * @throws MalformedRequest
 */
export function readErasure(exchange: Exchange, body: JsonObject): NamedUser {
  const userId = field(body, 'user_id');
  if (typeof userId !== 'string') throw new MalformedRequest('user_id is missing');
  const domain = field(body, 'domain') ?? undefined;
  if (domain !== undefined && typeof domain !== 'string') throw new MalformedRequest('domain is not a string');
  return named(exchange, userId, domain);
}
