import type { EmailChange, PhoneChange, User } from '@countersign/contracts';
import { mailKeyOf } from './mail-address.policy.js';

/** The mail addresses and phones of a user as they are shown, each list by position. */
export type Contacts = Readonly<Pick<User, 'emails' | 'phones'>>;
export type Channel = 'email' | 'phone';

/** One of them, and which it is. */
export type ContactRecord = Readonly<Contacts['phones'][number]> & { readonly channel: Channel };

export const noContacts: Contacts = Object.freeze({ emails: [], phones: [] });

/** Changes by position; only an import tells when something was verified. */
export interface ContactChanges {
  readonly emails: readonly (EmailChange & Verified)[];
  readonly phones: readonly (PhoneChange & Verified)[];
}
interface Verified {
  readonly verifiedAt?: string | undefined;
}
type Change = PhoneChange & Verified & { readonly channel: Channel };

export interface ChangedContacts {
  /** Records that stay as they are are the same objects. */
  readonly after: readonly ContactRecord[];
  /** The fields that got a value or another one, or another kind or label; and those that lost theirs. */
  readonly set: readonly string[];
  readonly cleared: readonly string[];
}

export function isNamingContacts({ emails, phones }: ContactChanges): boolean {
  return emails.length + phones.length > 0;
}

/**
 * The contacts after changes by position. The same value at a position keeps the record, its id and when it was verified;
 * another value is a new, unverified record; an empty one removes it.
 * @param born what a new record begins with
 */
export function changeContacts(
  before: readonly ContactRecord[],
  { emails, phones }: ContactChanges,
  born: () => Pick<ContactRecord, 'id' | 'addedAt'>,
): ChangedContacts {
  const after = new Map(before.map((record) => [fieldOf(record), record]));
  const set: string[] = [];
  const cleared: string[] = [];
  const changes: readonly Change[] = [
    ...emails.map((change) => ({ ...change, channel: 'email' as const })),
    ...phones.map((change) => ({ ...change, channel: 'phone' as const })),
  ];
  for (const change of changes) {
    const field = fieldOf(change);
    const known = after.get(field);
    if (change.value === '') {
      if (after.delete(field)) cleared.push(field);
      continue;
    }
    const record = changed(change, known?.value === change.value ? known : undefined, born);
    if (record === known) continue;
    after.set(field, record);
    set.push(field);
  }
  return { after: [...after.values()], set, cleared };
}

function changed(
  { channel, position, value, kind, label, extension, details, verifiedAt }: Change,
  known: ContactRecord | undefined,
  born: () => Pick<ContactRecord, 'id' | 'addedAt'>,
): ContactRecord {
  const { id, addedAt } = known ?? born();
  const record: ContactRecord = {
    id,
    channel,
    position,
    value,
    kind: kind ?? known?.kind ?? 'other',
    label: (label ?? known?.label) || undefined,
    extension: (extension ?? known?.extension) || undefined,
    details: nonEmpty(details ?? known?.details),
    verifiedAt: verifiedAt === undefined || isSameTime(verifiedAt, known?.verifiedAt) ? known?.verifiedAt : verifiedAt,
    addedAt,
  };
  const isSame =
    known !== undefined &&
    record.verifiedAt === known.verifiedAt &&
    JSON.stringify(shapeOf(record)) === JSON.stringify(shapeOf(known));
  return isSame ? known : record;
}

function isSameTime(one: string, other: string | undefined): boolean {
  return other !== undefined && Date.parse(one) === Date.parse(other);
}

function nonEmpty(details: ContactRecord['details']): ContactRecord['details'] {
  return details === undefined || Object.keys(details).length === 0 ? undefined : details;
}

/** What of a record an update can change, in one order, so that two can be compared. */
export function shapeOf({ kind, label, extension, details = {} }: ContactRecord): readonly unknown[] {
  return [kind, label ?? '', extension ?? '', Object.entries(details).toSorted(([a], [b]) => (a < b ? -1 : 1))];
}

/** The records as they are shown; what has no value is absent. */
export function shown(records: readonly ContactRecord[]): Contacts {
  const of = (wanted: Channel) =>
    records
      .filter(({ channel }) => channel === wanted)
      .toSorted((one, other) => one.position - other.position)
      .map(({ channel, label, extension, details, verifiedAt, ...rest }) => ({
        ...rest,
        ...(label === undefined ? {} : { label }),
        ...(extension === undefined ? {} : { extension }),
        ...(details === undefined ? {} : { details }),
        ...(verifiedAt === undefined ? {} : { verifiedAt }),
      }));
  return { emails: of('email'), phones: of('phone') };
}

/** What {@link shown} was made of. */
export function recordsOf({ emails, phones }: Contacts): readonly ContactRecord[] {
  return [
    ...emails.map((record) => ({ ...record, channel: 'email' as const })),
    ...phones.map((record) => ({ ...record, channel: 'phone' as const })),
  ];
}

/** The name of the field (`userField`). */
export function fieldOf({ channel, position }: { readonly channel: Channel; readonly position: number }): string {
  return `${channel}s.${position}`;
}

/** A mail address as compared; null for a phone, by which no user is found. */
export function contactKeyOf({ channel, value }: Pick<ContactRecord, 'channel' | 'value'>): string | null {
  return channel === 'email' ? mailKeyOf(value) : null;
}

/** The mail addresses among records as compared, each once. */
export function emailKeysOf(records: readonly ContactRecord[]): ReadonlySet<string> {
  return new Set(records.map(contactKeyOf).filter((key) => key !== null));
}
