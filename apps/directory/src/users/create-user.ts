import { createUser, foldName, Problem, type ReplyOf, type RequestOf, userCreated } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { eventFields, Outbox } from '@countersign/outbox';
import { type Transaction, UnitOfWork } from '@countersign/persistence';
import { eventRealmOf, FindRealm, type KnownRealm } from '@countersign/realms';
import type { SealedValue } from '@countersign/sealed-rows';
import { Controller } from '@nestjs/common';
import { type PlannedContacts, planContacts } from '../contacts/user-contacts.js';
import { nameFault } from '../names/name.policy.js';
import { judgeChange, judgeNames } from './field-rules.policy.js';
import { contactBytes, judgeSize } from './profile-size.policy.js';
import { TakeUniques } from './take-uniques.js';
import { type NewUser, UserStore } from './user.store.js';
import { changeUser, divide, faultOf, namedIn } from './user-changes.policy.js';
import { noSecrets, UserSecretKeeper } from './user-secret-keeper.js';

/** A user as it is to be, and what of it is kept elsewhere. */
interface Newcomer {
  readonly user: NewUser;
  readonly contacts: PlannedContacts;
  readonly secrets: SealedValue | undefined;
  /** The fields that have a value. */
  readonly set: readonly string[];
  /** Those too that the request leaves empty. */
  readonly named: readonly string[];
}

/** Inserts a user under an id that authentication has reserved: the one commit point of a registration. */
@Controller()
export class CreateUser {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly users: UserStore,
    private readonly uniques: TakeUniques,
    private readonly secretKeeper: UserSecretKeeper,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
  ) {}

  /**
   * The same id for the same user again answers as the first time: a caller that lost the answer and asks under
   * another idempotency key must not take its own user for one that another request created.
   */
  @Handles(createUser)
  async create(request: RequestOf<typeof createUser>, asked: Asked): Promise<ReplyOf<typeof createUser>> {
    const userKey = foldName(request.userId);
    const wrongId = nameFault(request.userId, userKey);
    if (wrongId !== undefined) throw new Problem('user.id_invalid', wrongId);
    const fault = faultOf(request);
    if (fault !== undefined) throw new Problem(fault.code, fault.detail);
    const realm = await this.findRealm.find(request.realm);
    const changes = divide(request);
    const guarded = await this.secretKeeper.guard(realm.profile, changes.secrets, asked.deadlineAt);
    const contacts = planContacts([], request);
    const { fields, secrets, set } = changeUser({}, noSecrets, changes, guarded);
    const { id, userId } = request;
    const newcomer: Newcomer = {
      user: { id, realmId: realm.id, userId, userKey, fields, contacts: contacts.after },
      contacts,
      secrets: this.secretKeeper.seal(id, secrets),
      set: [...set, ...contacts.set].toSorted(),
      named: namedIn(changes),
    };
    return this.unitOfWork.once(createUser, asked, request, async (tx) => {
      if (!(await this.claim(tx, newcomer, realm, asked))) return { id };
      const { user, contacts, secrets: sealed } = newcomer;
      const refusal = await this.uniques.forNewcomer(tx, user, contacts, () => this.users.insert(tx, user, sealed));
      if (refusal !== undefined) throw new Problem(refusal);
      await this.outbox.record(tx, userCreated, {
        ...eventFields(eventRealmOf(realm), asked, { kind: 'user', id }),
        details: { fields: [...newcomer.set] },
        personal: { userId },
      });
      return { id };
    });
  }

  /** @returns false when the id is this very user's already */
  private async claim(
    tx: Transaction,
    { user, set, named }: Newcomer,
    { profile }: KnownRealm,
    { actor }: Asked,
  ): Promise<boolean> {
    const claim = await this.users.claimId(tx, user);
    if (claim.outcome === 'withdrawn') throw new Problem('user.withdrawn');
    if (claim.outcome === 'is-other') throw new Problem('user.exists', 'the id belongs to another user');
    if (claim.outcome === 'is-same') return false;
    const fault =
      judgeNames(actor, claim.rules, profile, named) ??
      judgeChange(actor, claim.rules, { set, cleared: [], fields: user.fields }) ??
      judgeSize({ fields: user.fields, contactBytes: contactBytes(user.contacts), aliases: [] });
    if (fault !== undefined) throw new Problem(fault.code, fault.detail);
    return true;
  }
}
