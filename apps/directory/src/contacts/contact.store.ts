import type { Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { ContactEntity } from './contact.entity.js';
import { type ContactRecord, contactKeyOf } from './contact.policy.js';

/** A record, and whose it is. */
export interface OwnedContact {
  readonly userUuid: string;
  readonly record: ContactRecord;
}

// An import inserts those of hundreds of users at once.
const insert = {
  name: 'contact.insert',
  text: `
    insert into directory.contact (realm_id, user_uuid, id, channel, position, value, value_key, kind, label, extension,
      details, verified_at, added_at)
    select $1, * from unnest($2::uuid[], $3::uuid[], $4::text[], $5::smallint[], $6::text[], $7::text[], $8::text[],
      $9::text[], $10::text[], $11::jsonb[], $12::timestamptz[], $13::timestamptz[])`,
};

/** The rows of contacts. A realm may demand that no two users have one mail address: see `AddressStore`. */
@Injectable()
export class ContactStore {
  async insert(tx: Transaction, realmId: string, contacts: readonly OwnedContact[]): Promise<void> {
    if (contacts.length === 0) return;
    const records = contacts.map(({ record }) => record);
    await tx.query(insert, [
      realmId,
      contacts.map(({ userUuid }) => userUuid),
      records.map(({ id }) => id),
      records.map(({ channel }) => channel),
      records.map(({ position }) => position),
      records.map(({ value }) => value),
      records.map(contactKeyOf),
      records.map(({ kind }) => kind),
      records.map(({ label }) => label),
      records.map(({ extension }) => extension),
      records.map(({ details }) => (details === undefined ? null : JSON.stringify(details))),
      records.map(({ verifiedAt }) => verifiedAt),
      records.map(({ addedAt }) => addedAt),
    ]);
  }

  /** Of one user, whose row this transaction holds. */
  async find(tx: Transaction, userUuid: string): Promise<readonly ContactRecord[]> {
    const rows = await tx.repository(ContactEntity).findBy({ userUuid });
    return rows.map(recordOf);
  }

  async remove(tx: Transaction, ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await tx.repository(ContactEntity).delete({ id: In([...ids]) });
  }

  /** Writes what an update can change of a record that stays. */
  async alter(tx: Transaction, { id, kind, label, extension, details }: ContactRecord): Promise<void> {
    const values = { kind, label: label ?? null, extension: extension ?? null, details: details ?? null };
    await tx.repository(ContactEntity).update({ id }, values);
  }
}

function recordOf(row: ContactEntity): ContactRecord {
  const { id, channel, position, value, label, extension, details, verifiedAt, addedAt } = row;
  return {
    id,
    channel,
    position,
    value,
    kind: row.kind as ContactRecord['kind'],
    label: label ?? undefined,
    extension: extension ?? undefined,
    details: details ?? undefined,
    verifiedAt: verifiedAt?.toISOString(),
    addedAt: addedAt.toISOString(),
  };
}
