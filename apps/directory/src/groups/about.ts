import type { Asked } from '@countersign/messaging';
import type { EventFields } from '@countersign/outbox';

/** What of a realm is written into an event. */
export interface NamedRealm {
  readonly id: string;
  readonly name: string;
}

/** Where, by whom and about what an event is. */
export function about(
  realm: NamedRealm,
  { actor, via }: Asked,
  kind: 'group' | 'user',
  id: string,
): Pick<EventFields<never>, 'realmId' | 'realm' | 'actor' | 'via' | 'target'> {
  return { realmId: realm.id, realm: realm.name, actor, via, target: { kind, id } };
}
