import {
  extendUser,
  foldName,
  mostExtendedProperties,
  Problem,
  type ReplyOf,
  type RequestOf,
  userUpdated,
} from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Outbox } from '@countersign/outbox';
import { UnitOfWork } from '@countersign/persistence';
import { about, FindRealm } from '@countersign/realms';
import { Injectable } from '@nestjs/common';
import { difference, merge } from './profile-changes.policy.js';
import { UserStore } from './user.store.js';

/** Changes extended properties of a user, all of them or none; values that are there already are no event. */
@Injectable()
export class ExtendUser {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly users: UserStore,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
  ) {}

  /** @throws Problem `request.malformed` when the user would have more than {@link mostExtendedProperties} */
  async run(request: RequestOf<typeof extendUser>, asked: Asked): Promise<ReplyOf<typeof extendUser>> {
    const realm = await this.findRealm.find(request.realm);
    return this.unitOfWork.once(extendUser, asked, request, async (tx) => {
      const user = await this.users.lock(tx, realm.id, foldName(request.userId));
      if (user === undefined) throw new Problem('user.unknown');
      const extended = merge(user.extendedProperties, request.extendedProperties);
      const { set, cleared } = difference(user.extendedProperties, extended);
      if (set.length === 0 && cleared.length === 0) return { id: user.id };
      const count = Object.keys(extended).length;
      if (count > mostExtendedProperties)
        throw new Problem(
          'request.malformed',
          `found ${count} extended properties, expected at most ${mostExtendedProperties}`,
        );
      await this.users.extend(tx, user.id, extended);
      await this.outbox.record(tx, userUpdated, {
        ...about(realm, asked, 'user', user.id),
        details: { set: set.toSorted(), cleared: cleared.toSorted() },
      });
      return { id: user.id };
    });
  }
}
