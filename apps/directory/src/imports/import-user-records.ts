import { importUserRecords, type ReplyOf, type RequestOf } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { type Transaction, UnitOfWork, unbounded } from '@countersign/persistence';
import { FindRealm } from '@countersign/realms';
import { Controller } from '@nestjs/common';
import { readCandidate } from './candidate.js';
import { EnterUsers } from './enter-users.js';
import { FindExistingUsers } from './existing-users.js';
import { outcomesOf } from './import-outcomes.js';
import { SurveyImport } from './survey-import.js';

/** Inserts many users in one transaction, each that can be; one that is refused keeps no other out. */
@Controller()
export class ImportUserRecords {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly findExistingUsers: FindExistingUsers,
    private readonly surveyImport: SurveyImport,
    private readonly enterUsers: EnterUsers,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * Existing users are reported and not changed. They are looked up before the transaction so that their secrets are not
   * hashed; a user created meanwhile is detected by the unique key.
   */
  @Handles(importUserRecords)
  async import(request: RequestOf<typeof importUserRecords>, asked: Asked): Promise<ReplyOf<typeof importUserRecords>> {
    const realm = await this.findRealm.find(request.realm);
    const candidates = request.users.map(readCandidate);
    const sound = candidates.filter(({ fault }) => fault === undefined);
    const existing = await this.findExistingUsers.find(realm, sound);
    const known = { profile: realm.profile, candidates, existing };
    const survey = (tx: Transaction) =>
      this.surveyImport.survey(tx, realm, asked, candidates, existing, request.createGroups);
    if (request.dryRun) {
      const { plans } = await this.unitOfWork.run(unbounded, survey);
      return { outcomes: outcomesOf({ ...known, plans, entry: undefined }) };
    }
    const isNew = sound.filter(({ userKey }) => !existing.has(userKey));
    const guarded = await this.enterUsers.guard(realm, isNew, asked);
    return this.unitOfWork.once(importUserRecords, asked, request, async (tx) => {
      const { plans, groups } = await survey(tx);
      const winners = candidates.filter((_, position) => plans[position]?.kind === 'create');
      const entered = await this.enterUsers.enter(tx, realm, asked, winners, guarded, groups);
      const missed = winners.filter(({ id }) => !entered.has(id));
      const late = await this.findExistingUsers.findLate(tx, realm, missed);
      return { outcomes: outcomesOf({ ...known, plans, entry: { entered, late } }) };
    });
  }
}
