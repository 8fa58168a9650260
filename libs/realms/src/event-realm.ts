import type { EventRealm } from '@countersign/outbox';
import type { KnownRealm } from './known-realm.js';

/** What of a realm is written into an event. */
export type NamedRealm = Pick<KnownRealm, 'id' | 'name'>;

/** The realm as an event names it, for `eventFields`. */
export function eventRealmOf({ id: realmId, name: realm }: NamedRealm): EventRealm {
  return { realmId, realm };
}
