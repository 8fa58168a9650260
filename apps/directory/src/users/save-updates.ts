import {
  foldName,
  Problem,
  type ReplyOf,
  type RequestOf,
  type UserState,
  updateUser,
  userMarked,
  userUpdated,
} from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { eventFields, Outbox, type Recording } from '@countersign/outbox';
import { type Transaction, UnitOfWork } from '@countersign/persistence';
import { eventRealmOf, type KnownRealm } from '@countersign/realms';
import { Injectable } from '@nestjs/common';
import { type ContactRecord, isNamingContacts } from '../contacts/contact.policy.js';
import { planContacts, UserContacts } from '../contacts/user-contacts.js';
import { type Alias, aliasesOf, changedAliases } from '../names/aliases.policy.js';
import { isUnknownTo } from '../names/unknown-to.policy.js';
import { judgeChange, judgeNames } from './field-rules.policy.js';
import { contactBytes, judgeSize, type ProfileSize } from './profile-size.policy.js';
import { TakeUniques, takenFields, type Uniques } from './take-uniques.js';
import { type LockedUser, UserStore } from './user.store.js';
import { type ChangedUser, changeUser, type DividedChanges, namedIn } from './user-changes.policy.js';
import { noSecrets, UserSecretKeeper, type UserSecrets } from './user-secret-keeper.js';

/** An update that is ready to be saved. */
export interface AskedUpdate {
  readonly request: Pick<RequestOf<typeof updateUser>, 'userId' | 'emails' | 'phones'>;
  readonly asked: Asked;
  readonly realm: KnownRealm;
  readonly changes: DividedChanges;
  /** The secret part of `changes` as the realm keeps it. */
  readonly guarded: UserSecrets;
  /** All that the user is to have, or what it is to have beside those there are; absent where they stay. */
  readonly aliases?: readonly Alias[] | undefined;
  readonly moreAliases?: readonly Alias[];
  /** Absent where it stays. */
  readonly state?: UserState | undefined;
}

type Reply = ReplyOf<typeof updateUser>;

/** A user as updates of this transaction leave it so far. */
type ChangingUser = LockedUser & Uniques;

/** What an update makes of a user, and the fields that differ. */
type Changes = Uniques & Pick<ChangedUser, 'fields' | 'set' | 'cleared'> & Pick<LockedUser, 'sealedSecrets'>;

/** A state that an update gives a user. */
interface Mark {
  readonly update: AskedUpdate;
  readonly id: string;
  readonly state: UserState;
}

export interface JudgedUpdates {
  /** By position the reply, or the error that refuses the update and no other. */
  readonly replies: readonly (Reply | Error)[];
  readonly write: () => Promise<void>;
}

/** Saves updates of any users of any realms in one transaction, each with its event, each or refused alone. */
@Injectable()
export class SaveUpdates {
  constructor(
    private readonly users: UserStore,
    private readonly userContacts: UserContacts,
    private readonly uniques: TakeUniques,
    private readonly secretKeeper: UserSecretKeeper,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
  ) {}

  /** @returns by position the reply, or the error that refuses the update and no other */
  save(updates: readonly AskedUpdate[]): Promise<readonly (Reply | Error)[]> {
    return this.unitOfWork.onceEach<Reply>(updateUser, updates, async (tx, places) => {
      const { replies, write } = await this.judge(
        tx,
        places.map((place) => updates[place] as AskedUpdate),
      );
      await write();
      return replies;
    });
  }

  /** Holds the rows of users until the transaction ends: before it takes any name or address (`TakeUniques`). */
  async hold(tx: Transaction, realmId: string, userKeys: readonly string[]): Promise<void> {
    await this.users.lockMany(
      tx,
      userKeys.map((userKey) => ({ realmId, userKey })),
    );
  }

  /** What would come of updates in a transaction, which `write` then does. */
  async judge(tx: Transaction, updates: readonly AskedUpdate[]): Promise<JudgedUpdates> {
    const users = await this.users.lockMany(
      tx,
      updates.map(({ realm, request }) => ({ realmId: realm.id, userKey: foldName(request.userId) })),
    );
    const contacts = await this.userContacts.find(
      tx,
      users.flatMap((user, index) => (user && isNamingContacts(requestAt(updates, index)) ? [user.id] : [])),
    );
    const saved = new Map<string, ChangingUser>();
    const marks: Mark[] = [];
    const recordings: Recording[] = [];
    const replies: (Reply | Error)[] = [];
    for (const [index, update] of updates.entries()) {
      const found = users[index];
      if (found === undefined || isUnknownTo(update.asked.actor, found.state)) {
        replies.push(new Problem('user.unknown'));
        continue;
      }
      // an update of the same user that came before in this transaction counts
      const user = saved.get(found.id) ?? found;
      const unnamed = judgeNames(update.asked.actor, user.rules, update.realm.profile, namedIn(update.changes));
      if (unnamed !== undefined) {
        replies.push(new Problem(unnamed.code, unnamed.detail));
        continue;
      }
      const changes = this.changesOf(update, user, contacts.get(user.id) ?? []);
      const refusal = changes instanceof Error ? changes : await this.refusalOf(tx, update, user, changes);
      replies.push(refusal ?? { id: user.id });
      if (changes instanceof Error || refusal !== undefined) continue;
      const { set, cleared, ...rest } = changes;
      const isChanged = set.length + cleared.length > 0;
      const state = update.state ?? user.state;
      if (state !== user.state) marks.push({ update, id: user.id, state });
      if (isChanged || state !== user.state) saved.set(user.id, { ...user, ...(isChanged ? rest : {}), state });
      if (isChanged) recordings.push(recordingOf(update, user.id, changes));
    }
    const write = async () => {
      await this.users.saveMany(tx, [...saved.values()]);
      await this.uniques.write(tx, [...saved.values()]);
      for (const { id, state } of marks) await this.users.mark(tx, id, state, undefined);
      await this.outbox.recordMany(tx, [...recordings, ...marks.map(markingOf)]);
    };
    return { replies, write };
  }

  /** What changes nothing is refused by nothing. */
  private async refusalOf(
    tx: Transaction,
    { asked }: AskedUpdate,
    user: ChangingUser,
    changes: Changes,
  ): Promise<Problem | undefined> {
    if (changes.set.length + changes.cleared.length === 0) return undefined;
    const fault = judgeChange(asked.actor, user.rules, changes) ?? judgeSize(sizeAfter(user, changes));
    if (fault !== undefined) return new Problem(fault.code, fault.detail);
    const refusal = await this.uniques.forUser(tx, user, changes);
    return refusal && new Problem(refusal, takenFields[refusal]);
  }

  /** @returns an error where the sealed values of the user cannot be opened */
  private changesOf(update: AskedUpdate, user: ChangingUser, records: readonly ContactRecord[]): Changes | Error {
    const changed = this.change(update, user);
    if (changed instanceof Error) return changed;
    const held = user.contacts ?? { before: records, after: records };
    const contacts = isNamingContacts(update.request) ? planContacts(held.after, update.request) : undefined;
    const known = aliasesOf(user.aliasNames ?? []);
    const wanted = update.aliases ?? (update.moreAliases && aliasesOf([...known, ...update.moreAliases].map(nameOf)));
    const aliases = wanted && changedAliases(known, wanted);
    return {
      ...changed,
      contacts: contacts ? { ...contacts, before: held.before } : user.contacts,
      aliases,
      set: [...changed.set, ...(contacts?.set ?? []), ...(aliases?.after.length ? ['aliases'] : [])],
      cleared: [...changed.cleared, ...(contacts?.cleared ?? []), ...(aliases?.after.length === 0 ? ['aliases'] : [])],
    };
  }

  /** The secrets are opened, and sealed again, only when the update has some. */
  private change({ changes, guarded }: AskedUpdate, user: LockedUser): Changes | Error {
    if (Object.keys(changes.secrets).length === 0) {
      return { ...changeUser(user.fields, noSecrets, changes, noSecrets), sealedSecrets: user.sealedSecrets };
    }
    const before = this.secretKeeper.tryOpen(user.id, user.sealedSecrets);
    if (before instanceof Error) return before;
    const { secrets, ...changed } = changeUser(user.fields, before, changes, guarded);
    return { ...changed, sealedSecrets: this.secretKeeper.seal(user.id, secrets)?.sealed ?? null };
  }
}

function nameOf({ name }: Alias): string {
  return name;
}

/** What of a user a change makes larger, as it is to be. */
function sizeAfter(user: ChangingUser, { fields, contacts, aliases }: Changes): ProfileSize {
  return {
    fields,
    contactBytes: contacts === undefined ? user.contactBytes : contactBytes(contacts.after),
    aliases: aliases?.after.map(({ name }) => name) ?? user.aliasNames ?? [],
  };
}

function requestAt(updates: readonly AskedUpdate[], index: number): AskedUpdate['request'] {
  return (updates[index] as AskedUpdate).request;
}

function recordingOf({ asked, realm }: AskedUpdate, id: string, { set, cleared }: Changes): Recording {
  const details = { set: set.toSorted(), cleared: cleared.toSorted() };
  return { event: userUpdated, fields: { ...eventFields(eventRealmOf(realm), asked, { kind: 'user', id }), details } };
}

function markingOf({ update: { realm, asked }, id, state }: Mark): Recording {
  return {
    event: userMarked,
    fields: { ...eventFields(eventRealmOf(realm), asked, { kind: 'user', id }), details: { state } },
  };
}
