import type { Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { type PlannedContacts, UserContacts } from '../contacts/user-contacts.js';
import type { ChangedAliases } from '../names/aliases.policy.js';
import { UserNames } from '../names/user-names.js';

/** What the rows of other users refuse. */
export type StoreRefusal = 'user.exists' | 'user.email_exists';

/** Which field of a change another user has, or this one under another name. */
export const takenFields: Readonly<Record<StoreRefusal, string>> = Object.freeze({
  'user.exists': 'aliases: one is a user id already, or an alias of another user',
  'user.email_exists': 'emails: another user has one of these addresses',
});

/** What of a user no other of the realm may have too; absent where it stays as it is. */
export interface Uniques {
  readonly aliases?: ChangedAliases | undefined;
  /** Mail addresses, where the realm demands it. */
  readonly contacts?: PlannedContacts | undefined;
}

interface Owner {
  readonly id: string;
  readonly realmId: string;
}

/**
 * Takes names and mail addresses for a user: until the transaction ends no other gets them. Locks go in one order
 * everywhere, so that no two who take several wait for each other: the user's own row, the realm's demand, names,
 * addresses.
 */
@Injectable()
export class TakeUniques {
  constructor(
    private readonly userNames: UserNames,
    private readonly userContacts: UserContacts,
  ) {}

  /** For a user whose row this transaction holds. Nothing is written yet. */
  async forUser(tx: Transaction, user: Owner, { aliases, contacts }: Uniques): Promise<StoreRefusal | undefined> {
    const mustBeUnique = contacts !== undefined && (await this.userContacts.mustBeUnique(tx, user.realmId, contacts));
    if (aliases !== undefined && !(await this.userNames.areFree(tx, user.realmId, aliases))) return 'user.exists';
    const isTaken = mustBeUnique && (await this.userContacts.isTaken(tx, user, contacts));
    return isTaken ? 'user.email_exists' : undefined;
  }

  /** Writes what users have taken. */
  async write(tx: Transaction, users: readonly (Owner & Uniques)[]): Promise<void> {
    await this.userContacts.write(
      tx,
      users.flatMap(({ contacts, ...owner }) => (contacts === undefined ? [] : [{ owner, planned: contacts }])),
    );
    for (const { id, realmId, aliases } of users) {
      if (aliases !== undefined) await this.userNames.change(tx, { id, realmId }, aliases);
    }
  }

  /**
   * For a user who is yet to be inserted; the contacts are written too.
   * @param insert false when another user has the user id
   */
  async forNewcomer(
    tx: Transaction,
    user: Owner & { readonly userKey: string },
    contacts: PlannedContacts,
    insert: () => Promise<boolean>,
  ): Promise<StoreRefusal | undefined> {
    const mustBeUnique = await this.userContacts.mustBeUnique(tx, user.realmId, contacts);
    if ((await this.userNames.isAlias(tx, user.realmId, user.userKey)) || !(await insert())) return 'user.exists';
    if (mustBeUnique && (await this.userContacts.isTaken(tx, user, contacts))) return 'user.email_exists';
    await this.userContacts.write(tx, [{ owner: user, planned: contacts }]);
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
