import type { ReplyOf, showGroup } from '@countersign/contracts';
import type { GroupRow } from './group.store.js';

/** A group as shown to others. */
export function viewOf({ id, name, createdAt }: GroupRow): ReplyOf<typeof showGroup> {
  return { id, group: name, createdAt: createdAt.toISOString() };
}
