import { type Actor, foldName } from '@countersign/contracts';
import type { Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { isUnknownTo } from '../names/unknown-to.policy.js';
import type { Side } from './associations.policy.js';
import { GroupStore } from './group.store.js';
import { MembershipStore } from './membership.store.js';

/**
 * Finds both sides of associations, as far as the actor may see them, and holds them: none is erased, renamed or
 * deleted until the transaction ends.
 */
@Injectable()
export class HoldSides {
  constructor(
    private readonly groups: GroupStore,
    private readonly memberships: MembershipStore,
  ) {}

  async hold(
    tx: Transaction,
    realmId: string,
    actor: Actor,
    { userIds, groups }: { readonly userIds: readonly string[]; readonly groups: readonly string[] },
  ): Promise<{ readonly users: Side; readonly groups: Side }> {
    const [userKeys, groupKeys] = [userIds.map(foldName), groups.map(foldName)];
    const foundUsers = await this.memberships.holdUsers(tx, realmId, [...new Set(userKeys)]);
    const foundGroups = await this.groups.hold(tx, realmId, [...new Set(groupKeys)]);
    return {
      users: userKeys.map((key) => {
        const found = foundUsers.get(key);
        return found === undefined || isUnknownTo(actor, found.state) ? undefined : found.id;
      }),
      groups: groupKeys.map((key) => foundGroups.get(key)),
    };
  }
}
