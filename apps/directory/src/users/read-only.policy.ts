import type { Actor } from '@countersign/contracts';

/**
 * Whether `actor` may change the properties named `changed` in a realm where applications only read `readOnly`. Judged by
 * what would change, not by what is sent: a client that sends back what it was shown, or clears what is empty (the Go SDK
 * always sends `pinHash`), changes nothing (secureauth C.2).
 */
export function mayWrite(actor: Actor, readOnly: readonly string[], changed: Iterable<string>): boolean {
  if (readOnly.length === 0 || actor.kind === 'operator') return true;
  for (const key of changed) if (readOnly.includes(key)) return false;
  return true;
}
