import { systemClock, systemRandomness, uuidv7 } from '@countersign/clock';
import { createGroup, foldName, groupCreated, Problem, type ReplyOf, type RequestOf } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { eventFields, Outbox } from '@countersign/outbox';
import { UnitOfWork } from '@countersign/persistence';
import { eventRealmOf, FindRealm } from '@countersign/realms';
import { Controller } from '@nestjs/common';
import { nameFault } from '../names/name.policy.js';
import { GroupStore } from './group.store.js';

/** Makes a group. */
@Controller()
export class CreateGroup {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly groups: GroupStore,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
  ) {}

  @Handles(createGroup)
  async create(request: RequestOf<typeof createGroup>, asked: Asked): Promise<ReplyOf<typeof createGroup>> {
    const groupKey = foldName(request.group);
    const fault = nameFault(request.group, groupKey);
    if (fault !== undefined) throw new Problem('group.name_invalid', fault);
    const realm = await this.findRealm.find(request.realm);
    return this.unitOfWork.once(createGroup, asked, request, async (tx) => {
      const id = uuidv7(systemClock, systemRandomness);
      const inserted = await this.groups.insert(tx, realm.id, [{ id, name: request.group, groupKey }]);
      if (!inserted.has(id)) throw new Problem('group.exists');
      await this.outbox.record(tx, groupCreated, {
        ...eventFields(eventRealmOf(realm), asked, { kind: 'group', id }),
        details: { group: request.group },
      });
      return { id };
    });
  }
}
