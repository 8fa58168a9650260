import { pooledRandomness, systemClock, uuidv7 } from '@countersign/clock';
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

/** Whose contacts are written; the transaction holds the user's row, or has inserted it. */
interface Owner {
  readonly id: string;
  readonly realmId: string;
}

/** What changes would make of contacts. New ones get their ids here. */
export function planContacts(before: readonly ContactRecord[], changes: ContactChanges): PlannedContacts {
  const addedAt = new Date(systemClock.now()).toISOString();
  return {
    before,
    ...changeContacts(before, changes, () => ({ id: uuidv7(systemClock, pooledRandomness), addedAt })),
  };
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

  /** By user, for those who have some; the transaction holds the users' rows. */
  async find(tx: Transaction, userUuids: readonly string[]): Promise<ReadonlyMap<string, readonly ContactRecord[]>> {
    return userUuids.length === 0 ? new Map() : this.contacts.find(tx, userUuids);
  }

  /** Whether the realm demands unique mail addresses; asked only where some are added, and before any name is taken. */
  async mustBeUnique(tx: Transaction, realmId: string, planned: PlannedContacts): Promise<boolean> {
    return addedKeys(planned).length > 0 && (await this.addresses.findDemand(tx, realmId));
  }

  /** Whether another user has a mail address that is new to this one; to be asked where the realm demands unique ones. */
  isTaken(tx: Transaction, { id, realmId }: Owner, planned: PlannedContacts): Promise<boolean> {
    return this.addresses.isTaken(tx, realmId, id, addedKeys(planned));
  }

  /**
   * Those of `keys` (mail addresses as compared) that users of the realm have. No user gets one of the others until the
   * transaction ends.
   * @returns `undefined` where the realm lets users share addresses
   */
  findTaken(tx: Transaction, realmId: string, keys: readonly string[]): Promise<ReadonlySet<string> | undefined> {
    return this.addresses.findTaken(tx, realmId, keys);
  }

  /** Writes the rows that differ, of all these users at once. */
  async write(
    tx: Transaction,
    changed: readonly { readonly owner: Owner; readonly planned: PlannedContacts }[],
  ): Promise<void> {
    await this.contacts.remove(
      tx,
      changed.flatMap(({ planned }) => goneFrom(planned)),
    );
    await this.contacts.put(
      tx,
      changed.flatMap(({ owner: { id, realmId }, planned }) =>
        newOrOther(planned).map((record) => ({ userUuid: id, realmId, record })),
      ),
    );
  }

  /** Those of users who were inserted in this transaction. */
  insert(tx: Transaction, realmId: string, contacts: readonly OwnedContact[]): Promise<void> {
    return this.contacts.put(
      tx,
      contacts.map((contact) => ({ ...contact, realmId })),
    );
  }
}

function goneFrom({ before, after }: PlannedContacts): readonly string[] {
  const kept = new Set(after.map(({ id }) => id));
  return before.flatMap(({ id }) => (kept.has(id) ? [] : [id]));
}

function newOrOther({ before, after }: PlannedContacts): readonly ContactRecord[] {
  const known = new Map(before.map((record) => [record.id, record]));
  return after.filter((record) => known.get(record.id) !== record);
}

/** Mail addresses, as compared, that the user has after the change and not before. */
function addedKeys({ before, after }: PlannedContacts): readonly string[] {
  const had = emailKeysOf(before);
  return [...emailKeysOf(after)].filter((key) => !had.has(key));
}
