import { createUser, foldName, Problem, type ReplyOf, type RequestOf, userCreated } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Outbox } from '@countersign/outbox';
import { type Transaction, UnitOfWork } from '@countersign/persistence';
import { about, FindRealm, type KnownRealm } from '@countersign/realms';
import { Injectable } from '@nestjs/common';
import { changeProfile } from './changed-profile.js';
import { isAcceptableName } from './name.policy.js';
import { divide, faultOf } from './profile-changes.policy.js';
import { mayWrite } from './read-only.policy.js';
import { type NewUser, UserStore } from './user.store.js';
import { noSecrets, UserSecretKeeper } from './user-secret-keeper.js';

type Request = RequestOf<typeof createUser>;
type Reply = ReplyOf<typeof createUser>;

/** Inserts a user under an id that authentication has reserved: the one commit point of a registration. */
@Injectable()
export class CreateUser {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly users: UserStore,
    private readonly secretKeeper: UserSecretKeeper,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
  ) {}

  /**
   * The same id for the same user again answers as the first time: a caller that lost the answer and asks under
   * another idempotency key must not take its own user for somebody else's.
   */
  async run(request: Request, asked: Asked): Promise<Reply> {
    const userKey = foldName(request.userId);
    refuseUnacceptable(request, userKey);
    const realm = await this.findRealm.find(request.realm);
    const changes = divide(request);
    const guarded = await this.secretKeeper.guard(realm.profile, changes.secrets, asked.deadlineAt);
    const { content, secrets, set } = changeProfile({ properties: {}, questions: {} }, noSecrets, changes, guarded);
    const user: NewUser = { id: request.id, realmId: realm.id, userId: request.userId, userKey, ...content };
    return this.unitOfWork.once(createUser, asked, request, async (tx) => {
      const isNew = await this.claim(tx, user, asked, set);
      if (!isNew) return { id: user.id };
      const refusal = await this.users.insert(tx, user, this.secretKeeper.seal(user.id, secrets));
      if (refusal !== undefined) throw new Problem(refusal);
      await this.tell(tx, asked, realm, user, set);
      return { id: user.id };
    });
  }

  /** @returns false when the id is this very user's already */
  private async claim(tx: Transaction, user: NewUser, asked: Asked, set: readonly string[]): Promise<boolean> {
    const claim = await this.users.claimId(tx, user);
    if (claim.outcome === 'withdrawn') throw new Problem('user.withdrawn');
    if (claim.outcome === 'is-other') throw new Problem('user.exists', 'the id belongs to another user');
    if (claim.outcome === 'is-same') return false;
    if (!mayWrite(asked.actor, claim.readOnlyProperties, set)) throw new Problem('user.property_read_only');
    return true;
  }

  private tell(tx: Transaction, asked: Asked, realm: KnownRealm, user: NewUser, set: readonly string[]): Promise<void> {
    const knowledgeBase = set.filter((key) => Object.hasOwn(user.questions, key));
    return this.outbox.record(tx, userCreated, {
      ...about(realm, asked, 'user', user.id),
      details: { properties: set.filter((key) => !knowledgeBase.includes(key)), knowledgeBase },
      personal: { userId: user.userId },
    });
  }
}

function refuseUnacceptable(request: Request, userKey: string): void {
  if (!isAcceptableName(request.userId, userKey)) throw new Problem('user.id_invalid');
  const fault = faultOf(request);
  if (fault !== undefined) throw new Problem(fault);
}
