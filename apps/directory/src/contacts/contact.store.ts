import type { Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { type Channel, type ContactRecord, contactKeyOf } from './contact.policy.js';

/** A record, and whose it is. */
export interface OwnedContact {
  readonly userUuid: string;
  readonly record: ContactRecord;
}

interface Row {
  readonly userUuid: string;
  readonly id: string;
  readonly channel: Channel;
  readonly position: number;
  readonly value: string;
  readonly kind: ContactRecord['kind'];
  readonly label: string | null;
  readonly extension: string | null;
  readonly details: Readonly<Record<string, string>> | null;
  readonly verifiedAt: Date | null;
  readonly addedAt: Date;
}

const find = {
  name: 'contact.find',
  text: `
    select user_uuid as "userUuid", id, channel, position, value, kind, label, extension, details,
      verified_at as "verifiedAt", added_at as "addedAt"
    from contact where user_uuid = any ($1::uuid[])`,
};

const remove = { name: 'contact.remove', text: 'delete from contact where id = any ($1::uuid[])' };

const put = {
  name: 'contact.put',
  text: `
    insert into contact (realm_id, user_uuid, id, channel, position, value, value_key, kind, label, extension,
      details, verified_at, added_at)
    select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::smallint[], $6::text[], $7::text[], $8::text[],
      $9::text[], $10::text[], $11::jsonb[], $12::timestamptz[], $13::timestamptz[])
    on conflict (id) do update
      set kind = excluded.kind, label = excluded.label, extension = excluded.extension, details = excluded.details`,
};

/**
 * The rows of contacts. The statements are SQL by hand since each takes those of many users at once: imports bring
 * hundreds, and updates of one turn share a transaction. That
 * no two users have one mail address, where a realm demands it, is decided by `AddressStore`.
 */
@Injectable()
export class ContactStore {
  /** By user; their rows are this transaction's. */
  async find(tx: Transaction, userUuids: readonly string[]): Promise<ReadonlyMap<string, readonly ContactRecord[]>> {
    const found = new Map<string, ContactRecord[]>();
    for (const row of await tx.query<Row>(find, [userUuids])) {
      const records = found.get(row.userUuid) ?? [];
      found.set(row.userUuid, [...records, recordOf(row)]);
    }
    return found;
  }

  async remove(tx: Transaction, ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await tx.query(remove, [ids]);
  }

  /** Inserts records. Of existing ones it writes what an update can change. */
  async put(tx: Transaction, contacts: readonly (OwnedContact & { readonly realmId: string })[]): Promise<void> {
    if (contacts.length === 0) return;
    const records = contacts.map(({ record }) => record);
    await tx.query(put, [
      contacts.map(({ realmId }) => realmId),
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
}

function recordOf({ userUuid: _, label, extension, details, verifiedAt, addedAt, ...row }: Row): ContactRecord {
  return {
    ...row,
    label: label ?? undefined,
    extension: extension ?? undefined,
    details: details ?? undefined,
    verifiedAt: verifiedAt?.toISOString(),
    addedAt: addedAt.toISOString(),
  };
}
