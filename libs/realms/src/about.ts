import type { Asked } from '@countersign/messaging';
import type { EventFields } from '@countersign/outbox';
import type { KnownRealm } from './known-realm.js';

/** What of a realm is written into an event. */
export type NamedRealm = Pick<KnownRealm, 'id' | 'name'>;

/** Where, by whom and about what an event is. */
export function about(
  realm: NamedRealm,
  { actor, via }: Asked,
  kind: string,
  id: string,
): Pick<EventFields<never>, 'realmId' | 'realm' | 'actor' | 'via' | 'target'> {
  return { realmId: realm.id, realm: realm.name, actor, via, target: { kind, id } };
}
