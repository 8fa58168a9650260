import { foldName, type RealmSettings } from '@countersign/contracts';
import type { RealmColumns } from '@countersign/realms';

/** What statements about users read of the settings of their realm. */
export const realmColumns = {
  /** Folded names of the groups of which a user must have one. */
  required_group_keys: {
    sql: `text[] not null default '{}'`,
    derive: ({ requiredGroups }: RealmSettings) => [...new Set(requiredGroups.map(foldName))],
  },
  /** Display names of `ExtPropertyN`, by key; a key without one shows itself. */
  extended_property_names: {
    sql: `jsonb not null default '{}'`,
    derive: ({ extendedPropertyNames }: RealmSettings) => JSON.stringify(extendedPropertyNames),
  },
} satisfies RealmColumns;
