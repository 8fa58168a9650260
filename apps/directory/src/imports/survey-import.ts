import { foldName, mostGroups } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import type { Transaction } from '@countersign/persistence';
import type { KnownRealm } from '@countersign/realms';
import { Injectable } from '@nestjs/common';
import { UserContacts } from '../contacts/user-contacts.js';
import { type HeldGroups, HoldGroups } from '../groups/hold-groups.js';
import { UserNames } from '../names/user-names.js';
import { judgeChange, judgeNames } from '../users/field-rules.policy.js';
import { judgeSize } from '../users/profile-size.policy.js';
import type { Candidate, Refusal } from './candidate.js';
import type { ExistingUsers } from './existing-users.js';
import { ImportStore } from './import.store.js';
import { type Plan, planImport } from './plan-import.js';

export interface Survey {
  /** By position of the candidate. */
  readonly plans: readonly Plan[];
  readonly groups: HeldGroups;
}

/**
 * Finds out what is to become of each user of an import, and holds what was found; it changes nothing. Locks go in the
 * order of `TakeUniques`: the realm's demand before names.
 */
@Injectable()
export class SurveyImport {
  constructor(
    private readonly imports: ImportStore,
    private readonly userContacts: UserContacts,
    private readonly userNames: UserNames,
    private readonly holdGroups: HoldGroups,
  ) {}

  async survey(
    tx: Transaction,
    realm: KnownRealm,
    asked: Asked,
    candidates: readonly Candidate[],
    existing: ExistingUsers,
    updates: ReadonlySet<Candidate>,
    mayCreateGroups: boolean,
  ): Promise<Survey> {
    const open = candidates.filter((it) => it.fault === undefined && (!existing.has(it.userKey) || updates.has(it)));
    const addresses = new Set(open.flatMap(({ emailKeys }) => [...emailKeys]));
    const takenAddresses = await this.userContacts.findTaken(tx, realm.id, [...addresses]);
    const rules = await this.imports.findRules(tx, realm.id);
    const groups = await this.holdGroups.hold(tx, realm.id, new Set(open.flatMap((it) => it.groups)), mayCreateGroups);
    const takenNames = await this.userNames.findTaken(tx, realm.id, {
      userKeys: open.filter((it) => !updates.has(it)).map(({ userKey }) => userKey),
      aliasKeys: open.flatMap(({ aliases }) => aliases.map(({ key }) => key)),
    });
    const full = await this.findFull(tx, realm, updates);
    const plans = planImport(candidates, {
      takenKeys: existing,
      takenNames,
      takenAddresses,
      namingFaultOf: ({ named }) => judgeNames(asked.actor, rules, realm.profile, named),
      faultOf: (candidate) =>
        judgeChange(asked.actor, rules, { set: candidate.set, cleared: [], fields: candidate.fields }) ??
        judgeSize({
          fields: candidate.fields,
          contactBytes: Buffer.byteLength(candidate.contactsJson ?? ''),
          aliases: candidate.aliases.map(({ name }) => name),
        }),
      groupRefusalOf: (name) => groups.refusalOf(name),
      roomFaultOf: (candidate) => (full.has(candidate) ? groupsFull : undefined),
      isUpdate: (candidate) => updates.has(candidate),
    });
    return { plans, groups };
  }

  /** Candidates by which users, whose rows are held, would be in more groups than a user may be. */
  private async findFull(
    tx: Transaction,
    realm: KnownRealm,
    updates: ReadonlySet<Candidate>,
  ): Promise<ReadonlySet<Candidate>> {
    const enrolled = [...updates].filter(({ groups }) => groups.length > 0);
    if (enrolled.length === 0) return new Set();
    const keys = enrolled.map(({ userKey }) => userKey);
    const stored = await this.imports.findByKey(realm.id, keys, tx);
    return new Set(
      enrolled.filter(({ userKey, groups }) => {
        const all = new Set([...(stored.get(userKey)?.groupKeys ?? []), ...groups.map(foldName)]);
        return all.size > mostGroups;
      }),
    );
  }
}

const groupsFull: Refusal = { code: 'user.groups_full', detail: `groups: would be more than ${mostGroups}` };
