import { deleteGroup, foldName, groupDeleted, Problem, type ReplyOf, type RequestOf } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { eventFields, Outbox } from '@countersign/outbox';
import { UnitOfWork } from '@countersign/persistence';
import { eventRealmOf, FindRealm } from '@countersign/realms';
import { Controller } from '@nestjs/common';
import { GroupStore } from './group.store.js';

/**
 * Deletes a group of any size at once, with one event: it has no members any more, and its name is free.
 * `SweepDeletedGroups` deletes the rows that are left of it.
 */
@Controller()
export class DeleteGroup {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly groups: GroupStore,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
  ) {}

  @Handles(deleteGroup)
  async delete(request: RequestOf<typeof deleteGroup>, asked: Asked): Promise<ReplyOf<typeof deleteGroup>> {
    const realm = await this.findRealm.find(request.realm);
    return this.unitOfWork.once(deleteGroup, asked, request, async (tx) => {
      const group = await this.groups.holdAlone(tx, realm.id, foldName(request.group));
      if (group === undefined) throw new Problem('group.unknown');
      await this.groups.markDeleted(tx, group.id);
      await this.outbox.record(tx, groupDeleted, {
        ...eventFields(eventRealmOf(realm), asked, { kind: 'group', id: group.id }),
        details: { group: group.name },
      });
      return { id: group.id };
    });
  }
}
