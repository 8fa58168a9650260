import { foldName, Problem, type ReplyOf, type RequestOf, updateUser, userUpdated } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Outbox, type Recording } from '@countersign/outbox';
import { type Transaction, UnitOfWork } from '@countersign/persistence';
import { about, type KnownRealm } from '@countersign/realms';
import { Injectable } from '@nestjs/common';
import { type ChangedProfile, changeProfile } from './changed-profile.js';
import type { DividedChanges } from './profile-changes.policy.js';
import { mayWrite } from './read-only.policy.js';
import { type LockedUser, UserStore } from './user.store.js';
import { noSecrets, UserSecretKeeper, type UserSecrets } from './user-secret-keeper.js';

/** An update that is ready to be saved. */
export interface AskedUpdate {
  readonly request: RequestOf<typeof updateUser>;
  readonly asked: Asked;
  readonly realm: KnownRealm;
  readonly changes: DividedChanges;
  /** The secret part of `changes` as the realm keeps it. */
  readonly guarded: UserSecrets;
}

type Reply = ReplyOf<typeof updateUser>;

/** Saves updates of any users of any realms in one transaction, each with its event, each or refused alone. */
@Injectable()
export class SaveUpdates {
  constructor(
    private readonly users: UserStore,
    private readonly secretKeeper: UserSecretKeeper,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
  ) {}

  /** @returns by position the reply, or the `Problem` that refuses the update */
  run(updates: readonly AskedUpdate[]): Promise<readonly (Reply | Problem)[]> {
    return this.unitOfWork.onceEach<Reply>(updateUser, updates, async (tx, places) => {
      const fresh = places.map((place) => updates[place] as AskedUpdate);
      const users = await this.users.lockMany(
        tx,
        fresh.map(({ realm, request }) => ({ realmId: realm.id, userKey: foldName(request.userId) })),
      );
      const changed = new Map<string, LockedUser>();
      const recordings: Recording[] = [];
      const replies: (Reply | Problem)[] = [];
      for (const [index, update] of fresh.entries()) {
        const found = users[index];
        // an update of the same user that came before in this transaction counts
        const user = found && (changed.get(found.id) ?? found);
        replies.push(
          user === undefined ? new Problem('user.unknown') : await this.apply(tx, update, user, changed, recordings),
        );
      }
      await this.users.saveMany(tx, [...changed.values()]);
      await this.outbox.recordMany(tx, recordings);
      return replies;
    });
  }

  /** An update that changes nothing succeeds and is no event. */
  private async apply(
    tx: Transaction,
    update: AskedUpdate,
    user: LockedUser,
    changed: Map<string, LockedUser>,
    recordings: Recording[],
  ): Promise<Reply | Problem> {
    const { content, sealedSecrets, set, cleared } = this.change(update, user);
    if (set.length + cleared.length === 0) return { id: user.id };
    if (!mayWrite(update.asked.actor, user.readOnlyProperties, [...set, ...cleared])) {
      return new Problem('user.property_read_only');
    }
    if (!(await this.users.changeMails(tx, user, content.properties))) return new Problem('user.email_exists');
    changed.set(user.id, { ...user, ...content, sealedSecrets });
    recordings.push(recordingOf(update, user.id, set, cleared));
    return { id: user.id };
  }

  /** The secrets are opened, and sealed again, only when the update has some. */
  private change(
    { changes, guarded }: AskedUpdate,
    user: LockedUser,
  ): Omit<ChangedProfile, 'secrets'> & {
    readonly sealedSecrets: Buffer | null;
  } {
    if (Object.keys(changes.secrets).length === 0) {
      return { ...changeProfile(user, noSecrets, changes, noSecrets), sealedSecrets: user.sealedSecrets };
    }
    const before = this.secretKeeper.open(user.id, user.sealedSecrets);
    const { secrets, ...changed } = changeProfile(user, before, changes, guarded);
    return { ...changed, sealedSecrets: this.secretKeeper.seal(user.id, secrets)?.sealed ?? null };
  }
}

function recordingOf(
  { asked, realm }: AskedUpdate,
  id: string,
  set: readonly string[],
  cleared: readonly string[],
): Recording {
  const details = { set: [...set], cleared: [...cleared] };
  return { event: userUpdated, fields: { ...about(realm, asked, 'user', id), details } };
}
