import { createHash, createHmac } from 'node:crypto';

/** JSON with the keys of every object in order, so that equal requests have equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
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
