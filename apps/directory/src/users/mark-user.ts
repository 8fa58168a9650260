import { foldName, markUser, Problem, type ReplyOf, type RequestOf, userMarked } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Outbox } from '@countersign/outbox';
import { UnitOfWork } from '@countersign/persistence';
import { about, FindRealm } from '@countersign/realms';
import { Injectable } from '@nestjs/common';
import { UserStore } from './user.store.js';

/**
 * Sets the status of a user; the status that a user has already is no change and no event. `id` and `from`
 * are held against the row under its lock, so that of two who mark a user at once the second judges what the first has
 * left, and so that nobody is marked for what was known of who had the name before.
 */
@Injectable()
export class MarkUser {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly users: UserStore,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
  ) {}

  async run(request: RequestOf<typeof markUser>, asked: Asked): Promise<ReplyOf<typeof markUser>> {
    const realm = await this.findRealm.find(request.realm);
    const { id, status, from } = request;
    return this.unitOfWork.once(markUser, asked, request, async (tx) => {
      const user = await this.users.lock(tx, realm.id, foldName(request.userId));
      if (user === undefined) throw new Problem('user.unknown');
      if (id !== undefined && id !== user.id) return { id: user.id, isMarked: false };
      if (user.status === status) return { id: user.id, isMarked: true };
      if (from !== undefined && !from.includes(user.status)) return { id: user.id, isMarked: false };
      await this.users.mark(tx, user.id, status);
      await this.outbox.record(tx, userMarked, {
        ...about(realm, asked, 'user', user.id),
        details: { status },
      });
      return { id: user.id, isMarked: true };
    });
  }
}
