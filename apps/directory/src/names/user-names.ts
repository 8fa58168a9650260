import type { Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { AliasStore } from './alias.store.js';
import type { Alias, ChangedAliases } from './aliases.policy.js';
import { NameLock } from './name-lock.js';

/** A user whose aliases may change; the transaction holds the row. */
interface NamedUser {
  readonly id: string;
  readonly realmId: string;
}

/**
 * For other features: the one name space of user ids and aliases in a realm. A use case that takes a name as a user id asks
 * {@link isAlias} before, which waits for the transactions that take it as an alias, and makes these wait (`NameLock`).
 */
@Injectable()
export class UserNames {
  constructor(
    private readonly locks: NameLock,
    private readonly aliases: AliasStore,
  ) {}

  /** Whether a name is an alias; if not, it does not become one until the transaction ends. */
  async isAlias(tx: Transaction, realmId: string, key: string): Promise<boolean> {
    await this.locks.hold(tx, 'user', realmId, { shared: [key] });
    return (await this.aliases.findTaken(tx, realmId, [key], [])).has(key);
  }

  /**
   * Finds the names that cannot be taken: user ids that are aliases, aliases that are either. The others stay free until the
   * transaction ends.
   */
  async findTaken(
    tx: Transaction,
    realmId: string,
    { userKeys, aliasKeys }: { readonly userKeys: readonly string[]; readonly aliasKeys: readonly string[] },
  ): Promise<ReadonlySet<string>> {
    await this.locks.hold(tx, 'user', realmId, { shared: userKeys, owned: aliasKeys });
    return this.aliases.findTaken(tx, realmId, [...userKeys, ...aliasKeys], aliasKeys);
  }

  /** Whether a user may have `after` instead of `before`: no new one is a user id, or an alias of another user. */
  async areFree(tx: Transaction, realmId: string, { before, after }: ChangedAliases): Promise<boolean> {
    const had = new Set(before.map(({ key }) => key));
    const added = after.map(({ key }) => key).filter((key) => !had.has(key));
    return (await this.findTaken(tx, realmId, { userKeys: [], aliasKeys: added })).size === 0;
  }

  /** Makes `after` the aliases of a user; {@link areFree} has found them free in this transaction. */
  async change(tx: Transaction, user: NamedUser, changed: ChangedAliases): Promise<void> {
    await this.aliases.replace(tx, user, changed);
  }

  /** Gives aliases to users that were inserted in this transaction, which has found none of them taken. */
  insert(
    tx: Transaction,
    realmId: string,
    given: readonly { readonly userUuid: string; readonly alias: Alias }[],
  ): Promise<void> {
    return this.aliases.insert(tx, realmId, given);
  }
}
