import { foldName, markUser, Problem, type ReplyOf, type RequestOf, userMarked } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { eventFields, Outbox } from '@countersign/outbox';
import { UnitOfWork } from '@countersign/persistence';
import { eventRealmOf, FindRealm } from '@countersign/realms';
import { Controller } from '@nestjs/common';
import { UserStore } from './user.store.js';

/**
 * Sets the state of a user; the state that a user has already, for no other reason, is no change and no event. `id` and
 * `from` are compared with the row under its lock, so that of two who mark a user at once the second judges what the first
 * has left, and so that no user is marked for what was known of another who had the name before.
 */
@Controller()
export class MarkUser {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly users: UserStore,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
  ) {}

  @Handles(markUser)
  async mark(request: RequestOf<typeof markUser>, asked: Asked): Promise<ReplyOf<typeof markUser>> {
    const realm = await this.findRealm.find(request.realm);
    const { id, state, reason, from } = request;
    return this.unitOfWork.once(markUser, asked, request, async (tx) => {
      const user = await this.users.lock(tx, { realmId: realm.id, userKey: foldName(request.userId) });
      if (user === undefined) throw new Problem('user.unknown');
      if (id !== undefined && id !== user.id) return { id: user.id, isMarked: false };
      const isSameReason = reason === undefined || reason === (user.stateReason ?? '');
      if (user.state === state && isSameReason) return { id: user.id, isMarked: true };
      if (from !== undefined && !from.includes(user.state)) return { id: user.id, isMarked: false };
      await this.users.mark(tx, user.id, state, reason);
      await this.outbox.record(tx, userMarked, {
        ...eventFields(eventRealmOf(realm), asked, { kind: 'user', id: user.id }),
        details: { state },
      });
      return { id: user.id, isMarked: true };
    });
  }
}
