import { importUserRecords, type ReplyOf, type RequestOf } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { type Transaction, UnitOfWork } from '@countersign/persistence';
import { FindRealm } from '@countersign/realms';
import { Injectable } from '@nestjs/common';
import { readCandidate } from './candidate.js';
import { EnterUsers } from './enter-users.js';
import { FindExistingUsers } from './existing-users.js';
import { outcomesOf } from './import-outcomes.js';
import { SurveyImport } from './survey-import.js';

/** Inserts many users in one transaction, each that can be; one that is refused keeps no other out. */
@Injectable()
export class ImportUserRecords {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly findExistingUsers: FindExistingUsers,
    private readonly surveyImport: SurveyImport,
    private readonly enterUsers: EnterUsers,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * Users who are there already are told apart and not touched. Who are there is looked up before the transaction, so that
   * nothing of theirs is hashed; whoever gets there in between is met at the unique key.
   */
  async run(request: RequestOf<typeof importUserRecords>, asked: Asked): Promise<ReplyOf<typeof importUserRecords>> {
    const realm = await this.findRealm.find(request.realm);
    const candidates = request.users.map(readCandidate);
    const sound = candidates.filter(({ fault }) => fault === undefined);
    const existing = await this.findExistingUsers.run(realm, sound);
    const known = { profile: realm.profile, candidates, existing };
    const survey = (tx: Transaction) =>
      this.surveyImport.run(tx, realm, asked, candidates, existing, request.createGroups);
    if (request.dryRun) {
      const { plans } = await this.unitOfWork.run(survey);
      return { outcomes: outcomesOf({ ...known, plans, entry: undefined }) };
    }
    const isNew = sound.filter(({ userKey }) => !existing.has(userKey));
    const guarded = await this.enterUsers.guard(realm, isNew, asked);
    return this.unitOfWork.once(importUserRecords, asked, request, async (tx) => {
      const { plans, groups } = await survey(tx);
      const winners = candidates.filter((_, position) => plans[position]?.kind === 'create');
      const entered = await this.enterUsers.run(tx, realm, asked, winners, guarded, groups);
      const missed = winners.filter(({ id }) => !entered.has(id));
      const late = await this.findExistingUsers.runLate(tx, realm, missed);
      return { outcomes: outcomesOf({ ...known, plans, entry: { entered, late } }) };
    });
  }
}
