import { foldName, Problem, type ReplyOf, type RequestOf, renameUser, userRenamed } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { eventFields, Outbox } from '@countersign/outbox';
import { UnitOfWork } from '@countersign/persistence';
import { eventRealmOf, FindRealm } from '@countersign/realms';
import { Controller } from '@nestjs/common';
import { nameFault } from '../names/name.policy.js';
import { TakeUniques } from './take-uniques.js';
import { UserStore } from './user.store.js';

/**
 * Gives a user another user id; the person stays the same. The old one is free at once. Another spelling of the same user
 * id is a renaming too; just the same one is no change and no event. An alias becomes a user id once it is no alias.
 */
@Controller()
export class RenameUser {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly users: UserStore,
    private readonly uniques: TakeUniques,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
  ) {}

  @Handles(renameUser)
  async rename(request: RequestOf<typeof renameUser>, asked: Asked): Promise<ReplyOf<typeof renameUser>> {
    const { newUserId } = request;
    const newKey = foldName(newUserId);
    const fault = nameFault(newUserId, newKey);
    if (fault !== undefined) throw new Problem('user.id_invalid', fault);
    const realm = await this.findRealm.find(request.realm);
    return this.unitOfWork.once(renameUser, asked, request, async (tx) => {
      const user = await this.users.lock(tx, { realmId: realm.id, userKey: foldName(request.userId) });
      if (user === undefined) throw new Problem('user.unknown');
      const { id, userId } = user;
      if (userId === newUserId) return { id };
      const rename = () => this.users.rename(tx, id, newUserId, newKey);
      if (!(await this.uniques.forName(tx, realm.id, newKey, rename)))
        throw new Problem('user.exists', 'newUserId: is a user id or an alias already');
      await this.outbox.record(tx, userRenamed, {
        ...eventFields(eventRealmOf(realm), asked, { kind: 'user', id }),
        details: {},
        personal: { userId: newUserId, previousUserId: userId },
      });
      return { id };
    });
  }
}
