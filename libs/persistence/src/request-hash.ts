import { createHash, createHmac } from 'node:crypto';

/** JSON with the keys of every object in order, so that equal requests have equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(inOrder(value));
}

type Members = Record<string, unknown>;

/** A copy of JSON with ordered keys. `JSON.stringify` calls a replacer for each value, which takes twice as long. */
function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(inOrder);
  // An object without a prototype takes `__proto__` for a key like any other.
  const ordered: Members = Object.create(null);
  for (const key of Object.keys(value).sort()) ordered[key] = inOrder((value as Members)[key]);
  return ordered;
}

/** Name under which a handled request is kept: SHA-256 over caller, operation and idempotency key, unambiguously. */
export function recordKeyHash(caller: string, subject: string, idempotencyKey: string): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([caller, subject, idempotencyKey]))
    .digest();
}

/**
 * Digest that tells one request from another. A request may hold a password, which a plain digest would give away to
 * guessing; it is therefore keyed with the idempotency key, of which the database holds only a hash.
 */
export function requestHash(idempotencyKey: string, request: unknown): string {
  return createHmac('sha256', idempotencyKey)
    .update(canonicalJson(request) ?? 'undefined')
    .digest('hex');
}
