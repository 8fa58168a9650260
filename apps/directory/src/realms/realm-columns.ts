import { foldName, type RealmSettings } from '@countersign/contracts';
import type { RealmColumns } from '@countersign/realms';

/** What statements about users read of the settings of their realm. */
export const realmColumns = {
  /** Folded names of the groups of which a user must have one. */
  required_group_keys: {
    sql: `text[] not null default '{}'`,
    derive: ({ requiredGroups }: RealmSettings) => [...new Set(requiredGroups.map(foldName))],
  },
  /** `FieldRules` of users; null where the realm has none of its own. */
  field_rules: {
    sql: 'jsonb',
    derive: ({ readOnlyFields, attributes }: RealmSettings) =>
      readOnlyFields.length + Object.keys(attributes).length === 0
        ? null
        : JSON.stringify({ readOnlyFields, attributes }),
  },
} satisfies RealmColumns;
