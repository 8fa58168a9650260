import type { Profile, User } from '@countersign/contracts';
import { type Contacts, noContacts } from '../contacts/contact.policy.js';
import type { ProfileRow, UserRow } from './profile.store.js';
import { type Fields, fieldsBelow } from './user-fields.js';

/** A user as operators see it. */
export function viewOf(row: UserRow): User {
  return {
    ...profileOf(row),
    stateReason: row.stateReason ?? undefined,
    stateChangedAt: instantOf(row.stateChangedAt),
    createdAt: instantOf(row.createdAt),
    updatedAt: instantOf(row.updatedAt),
    activatedAt: row.activatedAt === null ? undefined : instantOf(row.activatedAt),
  };
}

/**
 * A user as applications see it. What has no value is absent; a question stays visible when its answer is not. An answer
 * whose question is not there has an empty one.
 * @param secrets PIN and answers in clear, where they may be shown
 */
export function profileOf(row: ProfileRow, secrets: Fields = {}): Profile & Contacts {
  const { emails, phones } = row.contacts ?? noContacts;
  const keys = new Set([...Object.keys(row.questions), ...Object.keys(fieldsBelow(secrets, 'questions.'))]);
  return {
    id: row.id,
    userId: row.userId,
    aliases: [...(row.aliases ?? [])],
    state: row.state,
    isGroupMissing: row.isGroupMissing,
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
      [...keys].map((key) => [key, { question: row.questions[key] ?? '', answer: secrets[`questions.${key}`] }]),
    ),
    pin: secrets.pin,
    groups: [...(row.groups ?? [])],
  };
}

/** `2026-01-02 03:04:05.678901+00` by ISO 8601. */
function instantOf(text: string): string {
  return `${text.slice(0, 10)}T${text.slice(11, -3)}Z`;
}
