import { foldName, Problem, type ReplyOf, type RequestOf, renameUser, userRenamed } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Outbox } from '@countersign/outbox';
import { UnitOfWork } from '@countersign/persistence';
import { about, FindRealm } from '@countersign/realms';
import { Injectable } from '@nestjs/common';
import { isAcceptableName } from './name.policy.js';
import { UserStore } from './user.store.js';

/**
 * Gives a user another user id; the person stays the same. The old one is free at once. Another spelling of the same user
 * id is a renaming too; just the same one is no change and no event.
 */
@Injectable()
export class RenameUser {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly users: UserStore,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
  ) {}

  async run(request: RequestOf<typeof renameUser>, asked: Asked): Promise<ReplyOf<typeof renameUser>> {
    const { newUserId } = request;
    const newKey = foldName(newUserId);
    if (!isAcceptableName(newUserId, newKey)) throw new Problem('user.id_invalid');
    const realm = await this.findRealm.find(request.realm);
    return this.unitOfWork.once(renameUser, asked, request, async (tx) => {
      const user = await this.users.lock(tx, realm.id, foldName(request.userId));
      if (user === undefined) throw new Problem('user.unknown');
      if (user.userId === newUserId) return { id: user.id };
      const refusal = await this.users.rename(tx, user.id, newUserId, newKey);
      if (refusal !== undefined) throw new Problem(refusal);
      await this.outbox.record(tx, userRenamed, {
        ...about(realm, asked, 'user', user.id),
        details: {},
        personal: { userId: newUserId, previousUserId: user.userId },
      });
      return { id: user.id };
    });
  }
}
