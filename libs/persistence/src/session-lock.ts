import { createHash } from 'node:crypto';

/**
 * Key of a session advisory lock: 63 bits of a digest of its purpose, as text for a `bigint` parameter. The lock
 * belongs to the database connection: it ends with it, however the process ends.
 */
export function sessionLockKey(purpose: string): string {
  const digest = createHash('sha256').update(`countersign ${purpose}`).digest();
  return (digest.readBigUInt64BE(0) >> 1n).toString();
}
