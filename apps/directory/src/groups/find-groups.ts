import { foldName } from '@countersign/contracts';
import type { Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { FoundGroups } from './found-groups.js';
import { GroupStore } from './group.store.js';

/** For other features: the first half of putting many users into groups; `EnrolMembers` is the second. */
@Injectable()
export class FindGroups {
  constructor(private readonly groups: GroupStore) {}

  /**
   * Finds groups by name and holds their names: none is renamed or deleted until the transaction ends, nor is one that is
   * made meanwhile.
   * @param mayCreate whether a group that is not there may be made
   */
  async find(tx: Transaction, realmId: string, names: Iterable<string>, mayCreate: boolean): Promise<FoundGroups> {
    const keys = new Set(Array.from(new Set(names), foldName));
    return new FoundGroups(keys.size === 0 ? new Map() : await this.groups.hold(tx, realmId, [...keys]), mayCreate);
  }
}
