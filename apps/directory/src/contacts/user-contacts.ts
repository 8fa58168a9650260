import { systemClock, systemRandomness, uuidv7 } from '@countersign/clock';
import type { Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { AddressStore } from './address.store.js';
import {
  type ChangedContacts,
  type ContactChanges,
  type ContactRecord,
  changeContacts,
  emailKeysOf,
} from './contact.policy.js';
import { ContactStore, type OwnedContact } from './contact.store.js';

/** Contacts of a user before and after a change that is yet to be written. */
export interface PlannedContacts extends ChangedContacts {
  readonly before: readonly ContactRecord[];
}

/** The contacts of a user who is yet to be made. */
export function firstContacts(changes: ContactChanges): PlannedContacts {
  return { before: [], ...changeContacts([], changes, newRecord) };
}

/**
 * For other features: mail addresses and phones of users. Each is a row, with an id that others may point at. What is
 * shown of them is kept on the user's row as well, so that a profile is read with one descent (docs/adr/0016). A
 * transaction that writes contacts holds the user's row and writes both.
 */
@Injectable()
export class UserContacts {
  constructor(
    private readonly contacts: ContactStore,
    private readonly addresses: AddressStore,
  ) {}

  /** What changes would make of the contacts of a user. */
  async plan(tx: Transaction, userUuid: string, changes: ContactChanges): Promise<PlannedContacts> {
    const before = await this.contacts.find(tx, userUuid);
    return { before, ...changeContacts(before, changes, newRecord) };
  }

  /** Whether the realm demands unique mail addresses; asked only where some are added, and before any name is taken. */
  async mustBeUnique(tx: Transaction, realmId: string, planned: PlannedContacts): Promise<boolean> {
    return addedKeys(planned).length > 0 && (await this.addresses.findDemand(tx, realmId));
  }

  /** Whether another user has a mail address that is new to this one; to be asked where the realm demands unique ones. */
  isTaken(tx: Transaction, realmId: string, userUuid: string, planned: PlannedContacts): Promise<boolean> {
    return this.addresses.isTaken(tx, realmId, userUuid, addedKeys(planned));
  }

  /**
   * Those of `keys` (mail addresses as compared) that users of the realm have. No user gets one of the others until the
   * transaction ends.
   * @returns `undefined` where the realm lets users share addresses
   */
  findTaken(tx: Transaction, realmId: string, keys: readonly string[]): Promise<ReadonlySet<string> | undefined> {
    return this.addresses.findTaken(tx, realmId, keys);
  }

  async write(tx: Transaction, realmId: string, userUuid: string, { before, after }: PlannedContacts): Promise<void> {
    const known = new Map(before.map((record) => [record.id, record]));
    const kept = new Set(after.map(({ id }) => id));
    await this.contacts.remove(
      tx,
      before.flatMap(({ id }) => (kept.has(id) ? [] : [id])),
    );
    const added = after.filter(({ id }) => !known.has(id));
    await this.insert(
      tx,
      realmId,
      added.map((record) => ({ userUuid, record })),
    );
    for (const record of after) {
      if (known.has(record.id) && known.get(record.id) !== record) await this.contacts.alter(tx, record);
    }
  }

  /** Those of users who were inserted in this transaction. */
  insert(tx: Transaction, realmId: string, contacts: readonly OwnedContact[]): Promise<void> {
    return this.contacts.insert(tx, realmId, contacts);
  }
}

/** Mail addresses, as compared, that the user has after the change and not before. */
function addedKeys({ before, after }: PlannedContacts): readonly string[] {
  const had = emailKeysOf(before);
  return [...emailKeysOf(after)].filter((key) => !had.has(key));
}

function newRecord(): Pick<ContactRecord, 'id' | 'addedAt'> {
  return { id: uuidv7(systemClock, systemRandomness), addedAt: new Date(systemClock.now()).toISOString() };
}
