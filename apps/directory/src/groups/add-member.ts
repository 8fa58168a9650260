import { addMember, foldName, memberAdded, Problem, type ReplyOf, type RequestOf } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Outbox } from '@countersign/outbox';
import { UnitOfWork } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { FindRealm } from '../realms/find-realm.js';
import { GroupStore } from './group.store.js';

/** Puts a user into a group; a user who is in it already stays, and there is no event. */
@Injectable()
export class AddMember {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly groups: GroupStore,
    private readonly work: UnitOfWork,
    private readonly outbox: Outbox,
  ) {}

  async run(request: RequestOf<typeof addMember>, asked: Asked): Promise<ReplyOf<typeof addMember>> {
    const realm = await this.findRealm.run(request.realm);
    return this.work.once(addMember, asked, request, async (tx) => {
      const keys = [foldName(request.userId), foldName(request.group)] as const;
      const { userUuid, groupUuid } = await this.groups.findSides(tx, realm.id, ...keys);
      if (userUuid === null) throw new Problem('user.unknown');
      if (groupUuid === null) throw new Problem('group.unknown');
      const isNew = await this.groups.addMember(tx, realm.id, userUuid, groupUuid);
      if (!isNew) return {};
      await this.outbox.record(tx, memberAdded, {
        realmId: realm.id,
        realm: realm.name,
        actor: asked.actor,
        via: asked.via,
        target: { kind: 'user', id: userUuid },
        details: { groupId: groupUuid },
      });
      return {};
    });
  }
}
