import { about as aboutEvent, type EventCause } from '@countersign/outbox';
import type { KnownRealm } from './known-realm.js';

/** What of a realm is written into an event. */
export type NamedRealm = Pick<KnownRealm, 'id' | 'name'>;

/** The fields that every event of a realm has: the realm, the cause and the target. */
export function about({ id: realmId, name: realm }: NamedRealm, cause: EventCause, kind: string, id: string) {
  return aboutEvent({ realmId, realm }, cause, kind, id);
}
