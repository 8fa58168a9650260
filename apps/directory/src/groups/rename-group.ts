import { foldName, groupRenamed, Problem, type ReplyOf, type RequestOf, renameGroup } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { eventFields, Outbox } from '@countersign/outbox';
import { UnitOfWork } from '@countersign/persistence';
import { eventRealmOf, FindRealm } from '@countersign/realms';
import { Controller } from '@nestjs/common';
import { nameFault } from '../names/name.policy.js';
import { GroupStore } from './group.store.js';

/** Gives a group another name, under the unique key of names; a change of its writing only is one too. */
@Controller()
export class RenameGroup {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly groups: GroupStore,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
  ) {}

  @Handles(renameGroup)
  async rename(request: RequestOf<typeof renameGroup>, asked: Asked): Promise<ReplyOf<typeof renameGroup>> {
    const { newName } = request;
    const newKey = foldName(newName);
    const fault = nameFault(newName, newKey);
    if (fault !== undefined) throw new Problem('group.name_invalid', fault);
    const realm = await this.findRealm.find(request.realm);
    return this.unitOfWork.once(renameGroup, asked, request, async (tx) => {
      const group = await this.groups.holdAlone(tx, realm.id, foldName(request.group));
      if (group === undefined) throw new Problem('group.unknown');
      if (group.name === newName) return { id: group.id };
      const isFree = await this.groups.rename(tx, group.id, newName, newKey);
      if (!isFree) throw new Problem('group.exists');
      await this.outbox.record(tx, groupRenamed, {
        ...eventFields(eventRealmOf(realm), asked, { kind: 'group', id: group.id }),
        details: { group: newName, previousGroup: group.name },
      });
      return { id: group.id };
    });
  }
}
