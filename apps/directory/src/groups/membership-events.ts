import type { memberAdded, memberRemoved } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import type { Recording } from '@countersign/outbox';
import { eventFields } from '@countersign/outbox';
import { eventRealmOf, type NamedRealm } from '@countersign/realms';
import type { Association } from './associations.policy.js';

/** One event for each membership that began or ended; it is about the user. */
export function membershipEvents(
  event: typeof memberAdded | typeof memberRemoved,
  realm: NamedRealm,
  asked: Asked,
  memberships: readonly Association[],
): readonly Recording[] {
  return memberships.map(({ userUuid, groupUuid }) => ({
    event,
    fields: {
      ...eventFields(eventRealmOf(realm), asked, { kind: 'user', id: userUuid }),
      details: { groupId: groupUuid },
    },
  }));
}
