import { Problem } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import type { Transaction } from '@countersign/persistence';
import type { KnownRealm } from '@countersign/realms';
import { Injectable } from '@nestjs/common';
import { EnrolMembers } from '../groups/enrol-members.js';
import type { HeldGroups } from '../groups/hold-groups.js';
import { type AskedUpdate, SaveUpdates } from '../users/save-updates.js';
import { noSecrets } from '../users/user-secret-keeper.js';
import type { Candidate, Refusal } from './candidate.js';
import type { GuardedSecrets } from './enter-users.js';

/** Changes existing users to what the candidates say: an update of each, which adds groups and aliases. */
@Injectable()
export class UpdateUsers {
  constructor(
    private readonly saveUpdates: SaveUpdates,
    private readonly enrolMembers: EnrolMembers,
  ) {}

  /** Holds the users' rows, which comes before all other locks of an import. */
  async hold(tx: Transaction, realm: KnownRealm, candidates: ReadonlySet<Candidate>): Promise<void> {
    const userKeys = Array.from(candidates, ({ userKey }) => userKey);
    if (userKeys.length > 0) await this.saveUpdates.hold(tx, realm.id, userKeys);
  }

  /** @returns why candidates could not be brought */
  async judge(
    tx: Transaction,
    realm: KnownRealm,
    asked: Asked,
    candidates: readonly Candidate[],
  ): Promise<ReadonlyMap<Candidate, Refusal>> {
    if (candidates.length === 0) return new Map();
    const { replies } = await this.saveUpdates.judge(tx, updatesOf(realm, asked, candidates, new Map()));
    return refusalsOf(candidates, replies);
  }

  /** @returns why candidates were not brought: all of what they say, or nothing */
  async update(
    tx: Transaction,
    realm: KnownRealm,
    asked: Asked,
    candidates: readonly Candidate[],
    guarded: GuardedSecrets,
    groups: HeldGroups,
  ): Promise<ReadonlyMap<Candidate, Refusal>> {
    if (candidates.length === 0) return new Map();
    const { replies, write } = await this.saveUpdates.judge(tx, updatesOf(realm, asked, candidates, guarded));
    await write();
    const enrolments = candidates.flatMap(({ groups: names }, index) => {
      const reply = replies[index];
      return reply === undefined || reply instanceof Error ? [] : [{ userUuid: reply.id, groups: names }];
    });
    await this.enrolMembers.tell(tx, realm, asked, await this.enrolMembers.enrol(tx, realm, asked, groups, enrolments));
    return refusalsOf(candidates, replies);
  }
}

function updatesOf(
  realm: KnownRealm,
  asked: Asked,
  candidates: readonly Candidate[],
  guarded: GuardedSecrets,
): readonly AskedUpdate[] {
  return candidates.map((candidate): AskedUpdate => {
    const { request, changes, aliases, state } = candidate;
    const moreAliases = aliases.length === 0 ? {} : { moreAliases: aliases };
    return { request, asked, realm, changes, guarded: guarded.get(candidate) ?? noSecrets, state, ...moreAliases };
  });
}

function refusalsOf(
  candidates: readonly Candidate[],
  replies: readonly (object | Error)[],
): ReadonlyMap<Candidate, Refusal> {
  return new Map(
    candidates.flatMap((candidate, index): [Candidate, Refusal][] => {
      const reply = replies[index];
      return reply instanceof Error ? [[candidate, refusalIn(reply)]] : [];
    }),
  );
}

function refusalIn(error: Error): Refusal {
  if (error instanceof Problem) return { code: error.code, detail: error.detail };
  return { code: 'internal', detail: 'the PIN and answers of the user cannot be opened' };
}
