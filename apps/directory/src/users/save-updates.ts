import { foldName, Problem, type ReplyOf, type RequestOf, updateUser, userUpdated } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Outbox, type Recording } from '@countersign/outbox';
import { type Transaction, UnitOfWork } from '@countersign/persistence';
import { about, type KnownRealm } from '@countersign/realms';
import { Injectable } from '@nestjs/common';
import { isNamingContacts, shown } from '../contacts/contact.policy.js';
import type { PlannedContacts } from '../contacts/user-contacts.js';
import { type Alias, aliasesOf, type ChangedAliases } from '../names/aliases.policy.js';
import { type ChangedUser, changeUser } from './changed-user.js';
import { judgeChange } from './field-rules.policy.js';
import { TakeUniques } from './take-uniques.js';
import { type LockedUser, type SavedUser, UserStore } from './user.store.js';
import type { DividedChanges } from './user-changes.policy.js';
import { noSecrets, UserSecretKeeper, type UserSecrets } from './user-secret-keeper.js';

/** An update that is ready to be saved. */
export interface AskedUpdate {
  readonly request: RequestOf<typeof updateUser>;
  readonly asked: Asked;
  readonly realm: KnownRealm;
  readonly changes: DividedChanges;
  /** The secret part of `changes` as the realm keeps it. */
  readonly guarded: UserSecrets;
  /** All that the user is to have; absent where they stay. */
  readonly aliases: readonly Alias[] | undefined;
}

type Reply = ReplyOf<typeof updateUser>;

/** What an update makes of a user, and the fields that differ. */
interface Changes extends Pick<ChangedUser, 'fields' | 'set' | 'cleared'> {
  readonly sealedSecrets: Buffer | null;
  readonly contacts: PlannedContacts | undefined;
  readonly aliases: ChangedAliases | undefined;
}

/** Saves updates of any users of any realms in one transaction, each with its event, each or refused alone. */
@Injectable()
export class SaveUpdates {
  constructor(
    private readonly users: UserStore,
    private readonly uniques: TakeUniques,
    private readonly secretKeeper: UserSecretKeeper,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
  ) {}

  /** @returns by position the reply, or the `Problem` that refuses the update */
  save(updates: readonly AskedUpdate[]): Promise<readonly (Reply | Problem)[]> {
    return this.unitOfWork.onceEach<Reply>(updateUser, updates, async (tx, places) => {
      const fresh = places.map((place) => updates[place] as AskedUpdate);
      const users = await this.users.lockMany(
        tx,
        fresh.map(({ realm, request }) => ({ realmId: realm.id, userKey: foldName(request.userId) })),
      );
      const saved = new Map<string, SavedUser>();
      const recordings: Recording[] = [];
      const replies: (Reply | Problem)[] = [];
      for (const [index, update] of fresh.entries()) {
        const found = users[index];
        // an update of the same user that came before in this transaction counts
        const user = found && (saved.get(found.id) ?? found);
        replies.push(
          user === undefined ? new Problem('user.unknown') : await this.apply(tx, update, user, saved, recordings),
        );
      }
      await this.users.saveMany(tx, [...saved.values()]);
      await this.outbox.recordMany(tx, recordings);
      return replies;
    });
  }

  /** An update that changes nothing succeeds and is no event. */
  private async apply(
    tx: Transaction,
    update: AskedUpdate,
    user: SavedUser,
    saved: Map<string, SavedUser>,
    recordings: Recording[],
  ): Promise<Reply | Problem> {
    const changes = await this.changesOf(tx, update, user);
    const { fields, sealedSecrets, contacts, set, cleared } = changes;
    if (set.length + cleared.length === 0) return { id: user.id };
    const fault = judgeChange(update.asked.actor, user.rules, changes);
    if (fault !== undefined) return new Problem(fault.code, fault.detail);
    const refusal = await this.uniques.forUser(tx, user, changes);
    if (refusal !== undefined) return new Problem(refusal);
    saved.set(user.id, {
      ...user,
      fields,
      sealedSecrets,
      contacts: contacts === undefined ? user.contacts : shown(contacts.after),
    });
    const details = { set: set.toSorted(), cleared: cleared.toSorted() };
    recordings.push({
      event: userUpdated,
      fields: { ...about(update.realm, update.asked, 'user', user.id), details },
    });
    return { id: user.id };
  }

  private async changesOf(tx: Transaction, update: AskedUpdate, user: LockedUser): Promise<Changes> {
    const { request, aliases: after } = update;
    const changed = this.change(update, user);
    const contacts = isNamingContacts(request) ? await this.uniques.plan(tx, user.id, request) : undefined;
    const before = aliasesOf(user.aliases ?? []);
    const isOther = after !== undefined && JSON.stringify(after) !== JSON.stringify(before);
    return {
      ...changed,
      contacts,
      aliases: isOther ? { before, after } : undefined,
      set: [...changed.set, ...(contacts?.set ?? []), ...(isOther && after.length > 0 ? ['aliases'] : [])],
      cleared: [
        ...changed.cleared,
        ...(contacts?.cleared ?? []),
        ...(isOther && after.length === 0 ? ['aliases'] : []),
      ],
    };
  }

  /** The secrets are opened, and sealed again, only when the update has some. */
  private change({ changes, guarded }: AskedUpdate, user: LockedUser): Omit<Changes, 'contacts' | 'aliases'> {
    if (Object.keys(changes.secrets).length === 0) {
      return { ...changeUser(user.fields, noSecrets, changes, noSecrets), sealedSecrets: user.sealedSecrets };
    }
    const before = this.secretKeeper.open(user.id, user.sealedSecrets);
    const { secrets, ...changed } = changeUser(user.fields, before, changes, guarded);
    return { ...changed, sealedSecrets: this.secretKeeper.seal(user.id, secrets)?.sealed ?? null };
  }
}
