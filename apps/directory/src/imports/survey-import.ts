import type { Asked } from '@countersign/messaging';
import type { Transaction } from '@countersign/persistence';
import type { KnownRealm } from '@countersign/realms';
import { Injectable } from '@nestjs/common';
import { FindGroups } from '../groups/find-groups.js';
import type { FoundGroups } from '../groups/found-groups.js';
import { FindTakenAddresses } from '../users/find-taken-addresses.js';
import { mayWrite } from '../users/read-only.policy.js';
import { type Candidate, namesOf } from './candidate.js';
import type { ExistingUsers } from './existing-users.js';
import { ImportStore } from './import.store.js';
import { type Plan, planImport } from './plan-import.js';

export interface Survey {
  /** By position of the candidate. */
  readonly plans: readonly Plan[];
  readonly groups: FoundGroups;
}

/** Finds out what is to become of each user of an import, and holds what was found; it changes nothing. */
@Injectable()
export class SurveyImport {
  constructor(
    private readonly imports: ImportStore,
    private readonly findTakenAddresses: FindTakenAddresses,
    private readonly findGroups: FindGroups,
  ) {}

  async run(
    tx: Transaction,
    realm: KnownRealm,
    asked: Asked,
    candidates: readonly Candidate[],
    existing: ExistingUsers,
    mayCreateGroups: boolean,
  ): Promise<Survey> {
    const open = candidates.filter(({ fault, userKey }) => fault === undefined && !existing.has(userKey));
    const takenAddresses = await this.findTakenAddresses.run(tx, realm.id, [
      ...new Set(open.flatMap(({ emailKeys }) => [...emailKeys])),
    ]);
    const readOnly = asked.actor.kind === 'operator' ? [] : await this.imports.findReadOnly(tx, realm.id);
    const names = new Set(open.flatMap(({ groups: of }) => of));
    const groups = await this.findGroups.run(tx, realm.id, names, mayCreateGroups);
    const plans = planImport(candidates, {
      takenKeys: existing,
      takenAddresses,
      mayWrite: (candidate) => mayWrite(asked.actor, readOnly, namesOf(candidate).properties),
      groupRefusalOf: (name) => groups.refusalOf(name),
    });
    return { plans, groups };
  }
}
