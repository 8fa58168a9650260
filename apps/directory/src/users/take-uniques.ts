import type { Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import type { ContactChanges } from '../contacts/contact.policy.js';
import { type PlannedContacts, UserContacts } from '../contacts/user-contacts.js';
import type { ChangedAliases } from '../names/aliases.policy.js';
import { UserNames } from '../names/user-names.js';

/** What the rows of other users refuse. */
export type StoreRefusal = 'user.exists' | 'user.email_exists';

/** What of a user no other of the realm may have too; absent where it stays as it is. */
export interface Uniques {
  readonly aliases?: ChangedAliases | undefined;
  /** Mail addresses only where the realm demands it. */
  readonly contacts?: PlannedContacts | undefined;
}

/**
 * Takes names and contacts for a user and writes them, all or none. Locks go in one order everywhere, so that no two who
 * take several wait for each other: the user's own row, the realm's demand, names, addresses.
 */
@Injectable()
export class TakeUniques {
  constructor(
    private readonly userNames: UserNames,
    private readonly userContacts: UserContacts,
  ) {}

  /** What changes would make of a user's contacts; nothing is taken yet. */
  plan(tx: Transaction, id: string, changes: ContactChanges): Promise<PlannedContacts> {
    return this.userContacts.plan(tx, id, changes);
  }

  /** For a user whose row this transaction holds. */
  async forUser(
    tx: Transaction,
    { id, realmId }: { readonly id: string; readonly realmId: string },
    { aliases, contacts }: Uniques,
  ): Promise<StoreRefusal | undefined> {
    const mustBeUnique = contacts !== undefined && (await this.userContacts.mustBeUnique(tx, realmId, contacts));
    if (aliases !== undefined && !(await this.userNames.areFree(tx, realmId, aliases))) return 'user.exists';
    if (contacts !== undefined) {
      if (mustBeUnique && (await this.userContacts.isTaken(tx, realmId, id, contacts))) return 'user.email_exists';
      await this.userContacts.write(tx, realmId, id, contacts);
    }
    if (aliases !== undefined) await this.userNames.change(tx, { id, realmId }, aliases);
    return undefined;
  }

  /**
   * For a user who is yet to be inserted.
   * @param insert false when another user has the user id
   */
  async forNewcomer(
    tx: Transaction,
    { id, realmId, userKey }: { readonly id: string; readonly realmId: string; readonly userKey: string },
    contacts: PlannedContacts,
    insert: () => Promise<boolean>,
  ): Promise<StoreRefusal | undefined> {
    const mustBeUnique = await this.userContacts.mustBeUnique(tx, realmId, contacts);
    if ((await this.userNames.isAlias(tx, realmId, userKey)) || !(await insert())) return 'user.exists';
    if (mustBeUnique && (await this.userContacts.isTaken(tx, realmId, id, contacts))) return 'user.email_exists';
    await this.userContacts.write(tx, realmId, id, contacts);
    return undefined;
  }

  /**
   * For another user id of a user whose row this transaction holds.
   * @param rename false when another user has it
   */
  async forName(tx: Transaction, realmId: string, userKey: string, rename: () => Promise<boolean>): Promise<boolean> {
    return !(await this.userNames.isAlias(tx, realmId, userKey)) && (await rename());
  }
}
