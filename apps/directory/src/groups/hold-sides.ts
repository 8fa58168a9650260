import { foldName } from '@countersign/contracts';
import type { Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import type { Side } from './associations.policy.js';
import { GroupStore } from './group.store.js';
import { MembershipStore } from './membership.store.js';

/** Finds both sides of associations and holds them: none is erased, renamed or deleted until the transaction ends. */
@Injectable()
export class HoldSides {
  constructor(
    private readonly groups: GroupStore,
    private readonly memberships: MembershipStore,
  ) {}

  async hold(
    tx: Transaction,
    realmId: string,
    { userIds, groups }: { readonly userIds: readonly string[]; readonly groups: readonly string[] },
  ): Promise<{ readonly users: Side; readonly groups: Side }> {
    const [userKeys, groupKeys] = [userIds.map(foldName), groups.map(foldName)];
    const foundUsers = await this.memberships.holdUsers(tx, realmId, [...new Set(userKeys)]);
    const foundGroups = await this.groups.hold(tx, realmId, [...new Set(groupKeys)]);
    return {
      users: userKeys.map((key) => foundUsers.get(key)),
      groups: groupKeys.map((key) => foundGroups.get(key)),
    };
  }
}
