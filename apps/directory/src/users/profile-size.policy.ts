import { type ContactRecord, shown } from '../contacts/contact.policy.js';
import { type Fault, invalid } from './user-changes.policy.js';
import { type Fields, fieldsBelow } from './user-fields.js';

/** The parts of a user that grow by many records. */
export interface ProfileSize {
  readonly fields: Fields;
  /** Of the contacts' JSON. */
  readonly contactBytes: number;
  /** As written. */
  readonly aliases: readonly string[];
}

/** Bytes of JSON. With the texts and answers that a user can have beside them a profile fits a message of the bus. */
export const mostProfileBytes = 262_144;

export function judgeSize({ fields, contactBytes: ofContacts, aliases }: ProfileSize): Fault | undefined {
  const bytes = ofContacts + bytesOf(fieldsBelow(fields, 'attributes.')) + bytesOf(aliases);
  return bytes > mostProfileBytes ? tooLarge : undefined;
}

// Without the size: part of it may be of attributes that the actor does not read.
const tooLarge = invalid(
  'emails, phones, attributes, aliases',
  `are longer together than ${mostProfileBytes} bytes of JSON`,
);

/** Of the contacts' JSON as the user's row keeps it. */
export function contactBytes(records: readonly ContactRecord[]): number {
  return records.length === 0 ? 0 : bytesOf(shown(records));
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
