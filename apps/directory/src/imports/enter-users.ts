import { userCreated } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { eventFields, Outbox, type Recording } from '@countersign/outbox';
import type { Transaction } from '@countersign/persistence';
import { eventRealmOf, type KnownRealm } from '@countersign/realms';
import { Injectable } from '@nestjs/common';
import { EnrolMembers } from '../groups/enrol-members.js';
import type { HeldGroups } from '../groups/hold-groups.js';
import { merge } from '../users/user-changes.policy.js';
import { UserSecretKeeper, type UserSecrets } from '../users/user-secret-keeper.js';
import type { Candidate } from './candidate.js';
import { ImportStore } from './import.store.js';

/** Secrets as the realm keeps them, by the candidate that brought them. */
export type GuardedSecrets = ReadonlyMap<Candidate, UserSecrets>;

/** Users whose secrets are hashed at once: the threads are kept busy, and others find room in the queue. */
const hashedAtOnce = 2;

/** Makes candidates users: rows, contacts, aliases, memberships, and an event for each. */
@Injectable()
export class EnterUsers {
  constructor(
    private readonly imports: ImportStore,
    private readonly secretKeeper: UserSecretKeeper,
    private readonly enrolMembers: EnrolMembers,
    private readonly outbox: Outbox,
  ) {}

  /**
   * PINs and answers as the realm keeps them; before the transaction, since hashing takes longer than any lock should be
   * held.
   * @throws Problem `password.hashing_overloaded`
   */
  async guard(
    { profile }: KnownRealm,
    candidates: readonly Candidate[],
    updates: ReadonlySet<Candidate>,
    { deadlineAt }: Asked,
  ): Promise<GuardedSecrets> {
    // an update may take a secret away
    const secretsOf = (it: Candidate) => (updates.has(it) ? it.changes.secrets : it.secrets);
    const waiting = candidates.filter((it) => Object.keys(secretsOf(it)).length > 0);
    const guarded = new Map<Candidate, UserSecrets>();
    const next = waiting.values();
    const walk = async () => {
      for (const candidate of next) {
        guarded.set(candidate, await this.secretKeeper.guard(profile, secretsOf(candidate), deadlineAt));
      }
    };
    await Promise.all(Array.from({ length: hashedAtOnce }, walk));
    return guarded;
  }

  /** @returns ids that became users; the others were taken first by another request */
  async enter(
    tx: Transaction,
    realm: KnownRealm,
    asked: Asked,
    candidates: readonly Candidate[],
    guarded: GuardedSecrets,
    groups: HeldGroups,
  ): Promise<ReadonlySet<string>> {
    if (candidates.length === 0) return new Set();
    const entrants = candidates.map((candidate) => {
      const secrets = guarded.get(candidate);
      return { candidate, secrets: secrets && this.secretKeeper.seal(candidate.id, withoutEmpty(secrets)) };
    });
    const created = await this.imports.insert(tx, realm.id, entrants);
    const entered = candidates.filter(({ id }) => created.has(id));
    const groupIds = await this.enrol(tx, realm, asked, groups, entered);
    await this.outbox.recordMany(
      tx,
      entered.map((candidate) => eventOf(realm, asked, candidate, groupIds.get(candidate.id))),
    );
    return created;
  }

  private async enrol(
    tx: Transaction,
    realm: KnownRealm,
    asked: Asked,
    found: HeldGroups,
    entered: readonly Candidate[],
  ): Promise<ReadonlyMap<string, readonly string[]>> {
    const members = entered.filter(({ groups }) => groups.length > 0);
    if (members.length === 0) return new Map();
    const enrolments = members.map(({ id, groups }) => ({ userUuid: id, groups }));
    const { groupIds } = await this.enrolMembers.enrol(tx, realm, asked, found, enrolments);
    return new Map(members.map(({ id }, index) => [id, groupIds[index] ?? []]));
  }
}

/** An empty text is how a change takes a secret away; of a new user nothing is kept there. */
function withoutEmpty({ clear, hashed }: UserSecrets): UserSecrets {
  return { clear: merge({}, clear), hashed: merge({}, hashed) };
}

function eventOf(
  realm: KnownRealm,
  asked: Asked,
  candidate: Candidate,
  groupIds: readonly string[] | undefined,
): Recording {
  return {
    event: userCreated,
    fields: {
      ...eventFields(eventRealmOf(realm), asked, { kind: 'user', id: candidate.id }),
      details: {
        fields: [...candidate.set],
        ...(groupIds === undefined ? {} : { groupIds }),
        ...(candidate.state === undefined || candidate.state === 'active' ? {} : { state: candidate.state }),
      },
      personal: { userId: candidate.userId },
    },
  };
}
