import type { User } from '@countersign/contracts';
import { noContacts } from '../contacts/contact.policy.js';
import type { ProfileRow } from './profile.store.js';
import type { Fields } from './user-fields.js';

/**
 * A user as shown to others. What has no value is absent; a question stays visible when its answer is not.
 * @param secrets PIN and answers in clear, where they may be shown
 */
export function viewOf(row: ProfileRow, secrets: Fields = {}): User {
  const { emails, phones } = row.contacts ?? noContacts;
  return {
    id: row.id,
    userId: row.userId,
    aliases: [...(row.aliases ?? [])],
    state: row.state,
    stateReason: row.stateReason ?? undefined,
    stateChangedAt: row.stateChangedAt.toISOString(),
    isGroupMissing: row.isGroupMissing,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    activatedAt: row.activatedAt?.toISOString(),
    displayName: row.displayName ?? undefined,
    name: { given: row['name.given'] ?? undefined, family: row['name.family'] ?? undefined },
    locale: row.locale ?? undefined,
    timezone: row.timezone ?? undefined,
    externalId: row.externalId ?? undefined,
    notes: row.notes ?? undefined,
    emails,
    phones,
    attributes: { ...row.attributes },
    questions: Object.fromEntries(
      Object.entries(row.questions).map(([key, question]) => [key, { question, answer: secrets[`questions.${key}`] }]),
    ),
    pin: secrets.pin,
    groups: [...(row.groups ?? [])],
  };
}
