import { type Profile, pinKey } from '@countersign/contracts';
import type { IdentityRow, ProfileRow } from './profile.store.js';

type ShownProperties = Record<string, Profile['properties'][string]>;

/** The status of a user; one that nothing else is wrong with may still lack a group that the realm demands. */
export function stateOf(row: IdentityRow): Profile['state'] {
  return row.status === 'active' && row.is_group_missing ? 'group_missing' : row.status;
}

/**
 * A user as shown to others. A property without data is absent (secureauth C.1); a question stays visible when its
 * answer is not.
 * @param secrets PIN and answers in clear by key, where they may be shown
 */
export function viewOf(row: ProfileRow, secrets: Readonly<Record<string, string>> | undefined): Profile {
  const properties: ShownProperties = {};
  const readOnly = row.read_only_properties ?? [];
  for (const [key, value] of Object.entries(row.properties))
    properties[key] = { value, isWritable: !readOnly.includes(key) };
  const pin = secrets?.[pinKey];
  if (pin !== undefined) properties[pinKey] = { value: pin, isWritable: !readOnly.includes(pinKey) };
  for (const [key, value] of Object.entries(row.extended_properties ?? {})) {
    properties[key] = { value, isWritable: false, displayName: row.extended_property_names?.[key] ?? key };
  }
  const knowledgeBase: Record<string, { question: string; answer: string }> = {};
  for (const [key, question] of Object.entries(row.questions)) {
    knowledgeBase[key] = { question, answer: secrets?.[key] ?? '' };
  }
  return {
    id: row.id,
    userId: row.user_id,
    state: stateOf(row),
    properties,
    knowledgeBase,
    groups: [...(row.groups ?? [])],
  };
}
