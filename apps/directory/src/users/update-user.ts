import { foldName, Problem, type ReplyOf, type RequestOf, updateUser, userUpdated } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Outbox } from '@countersign/outbox';
import { UnitOfWork } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { FindRealm } from '../realms/find-realm.js';
import { changeProfile } from './changed-profile.js';
import { divide, faultOf } from './profile-changes.policy.js';
import { UserStore } from './user.store.js';
import { UserSecretKeeper } from './user-secret-keeper.js';

/** Changes properties and questions of a user, all of them or none. */
@Injectable()
export class UpdateUser {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly users: UserStore,
    private readonly secretKeeper: UserSecretKeeper,
    private readonly work: UnitOfWork,
    private readonly outbox: Outbox,
  ) {}

  /**
   * An update that changes nothing succeeds and is no event. In a `strict` realm a given PIN or answer always counts as
   * changed: whether it is the old one is not for the caller to learn.
   */
  async run(request: RequestOf<typeof updateUser>, asked: Asked): Promise<ReplyOf<typeof updateUser>> {
    const fault = faultOf(request);
    if (fault !== undefined) throw new Problem(fault);
    const realm = await this.findRealm.run(request.realm);
    const changes = divide(request);
    // before the transaction: hashing takes longer than any lock should be held
    const guarded = await this.secretKeeper.guard(realm.profile, changes.secrets);
    return this.work.once(updateUser, asked, request, async (tx) => {
      const user = await this.users.lock(tx, realm.id, foldName(request.userId));
      if (user === undefined) throw new Problem('user.unknown');
      const secretsBefore = this.secretKeeper.open(user.id, user.sealedSecrets);
      const changed = changeProfile(user, secretsBefore, changes, guarded);
      const { content, secrets, set, cleared } = changed;
      if (set.length === 0 && cleared.length === 0) return { id: user.id };
      const refusal = await this.users.save(tx, user, content, this.secretKeeper.seal(user.id, secrets));
      if (refusal !== undefined) throw new Problem(refusal);
      await this.outbox.record(tx, userUpdated, {
        realmId: realm.id,
        realm: realm.name,
        actor: asked.actor,
        via: asked.via,
        target: { kind: 'user', id: user.id },
        details: { set: [...set], cleared: [...cleared] },
      });
      return { id: user.id };
    });
  }
}
