import {
  addMembers,
  memberAdded,
  memberRemoved,
  type ReplyOf,
  type RequestOf,
  removeMembers,
} from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { Outbox } from '@countersign/outbox';
import { UnitOfWork } from '@countersign/persistence';
import { FindRealm } from '@countersign/realms';
import { Controller } from '@nestjs/common';
import { associate, withoutRoom } from './associations.policy.js';
import { HoldSides } from './hold-sides.js';
import { MembershipStore } from './membership.store.js';
import { membershipEvents } from './membership-events.js';

/**
 * Puts users into groups and takes them out, all of a request in one transaction, with an event for each membership that
 * began or ended. An association fails alone where its user or its group does not exist.
 */
@Controller()
export class ChangeMembers {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly holdSides: HoldSides,
    private readonly memberships: MembershipStore,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
  ) {}

  @Handles(addMembers)
  async add(request: RequestOf<typeof addMembers>, asked: Asked): Promise<ReplyOf<typeof addMembers>> {
    const realm = await this.findRealm.find(request.realm);
    return this.unitOfWork.once(addMembers, asked, request, async (tx) => {
      const { users, groups } = await this.holdSides.hold(tx, realm.id, asked.actor, request);
      const { possible, failed } = associate(users, groups);
      const { added, refused } = await this.memberships.insert(tx, realm.id, possible);
      await this.outbox.recordMany(tx, membershipEvents(memberAdded, realm, asked, added));
      return { failed: [...failed, ...withoutRoom(users, groups, refused)] };
    });
  }

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
