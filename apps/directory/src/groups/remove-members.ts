import { memberRemoved, type ReplyOf, type RequestOf, removeMembers } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { Outbox } from '@countersign/outbox';
import { UnitOfWork } from '@countersign/persistence';
import { FindRealm } from '@countersign/realms';
import { Controller } from '@nestjs/common';
import { associate } from './associations.policy.js';
import { HoldSides } from './hold-sides.js';
import { MembershipStore } from './membership.store.js';
import { membershipEvents } from './membership-events.js';

/**
 * Takes users out of groups, all in one transaction; an event tells of each membership that ended. A user or a group that
 * is not there fails alone.
 */
@Controller()
export class RemoveMembers {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly holdSides: HoldSides,
    private readonly memberships: MembershipStore,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
  ) {}

  @Handles(removeMembers)
  async remove(request: RequestOf<typeof removeMembers>, asked: Asked): Promise<ReplyOf<typeof removeMembers>> {
    const realm = await this.findRealm.find(request.realm);
    return this.unitOfWork.once(removeMembers, asked, request, async (tx) => {
      const { users, groups } = await this.holdSides.hold(tx, realm.id, asked.actor, request);
      const { possible, failed } = associate(users, groups);
      const removed = await this.memberships.remove(tx, realm.id, possible);
      await this.outbox.recordMany(tx, membershipEvents(memberRemoved, realm, asked, removed));
      return { failed: [...failed] };
    });
  }
}
