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
import type { Plan } from './plan-import.js';
import { SurveyImport } from './survey-import.js';
import { UpdateUsers } from './update-users.js';

/** Inserts many users in one transaction, each that can be; one that is refused keeps no other out. */
@Controller()
export class ImportUserRecords {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly findExistingUsers: FindExistingUsers,
    private readonly surveyImport: SurveyImport,
    private readonly enterUsers: EnterUsers,
    private readonly updateUsers: UpdateUsers,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * Existing users are reported, and changed only where an update is asked for. They are looked up before the transaction
   * so that no secrets are hashed for nothing; a user created meanwhile is detected by the unique key, and reported.
   */
  @Handles(importUserRecords)
  async import(request: RequestOf<typeof importUserRecords>, asked: Asked): Promise<ReplyOf<typeof importUserRecords>> {
    const realm = await this.findRealm.find(request.realm);
    const candidates = request.users.map(readCandidate);
    const sound = candidates.filter(({ fault }) => fault === undefined);
    const existing = await this.findExistingUsers.find(realm, sound);
    const updates = new Set(
      request.update ? sound.filter((it) => existing.outcomeOf(it)?.outcome === 'different') : [],
    );
    const known = { profile: realm.profile, candidates, existing };
    const survey = async (tx: Transaction) => {
      await this.updateUsers.hold(tx, realm, updates);
      const found = await this.surveyImport.survey(
        tx,
        realm,
        asked,
        candidates,
        existing,
        updates,
        request.createGroups,
      );
      const planned = (kind: Plan['kind']) => candidates.filter((_, position) => found.plans[position]?.kind === kind);
      return { ...found, planned };
    };
    if (request.dryRun) {
      return this.unitOfWork.run(unbounded, async (tx) => {
        const { plans, planned } = await survey(tx);
        const updateRefusals = await this.updateUsers.judge(tx, realm, asked, planned('update'));
        return { outcomes: outcomesOf({ ...known, plans, updateRefusals, entry: undefined }) };
      });
    }
    const isOpen = sound.filter((it) => !existing.has(it.userKey) || updates.has(it));
    const guarded = await this.enterUsers.guard(realm, isOpen, updates, asked);
    return this.unitOfWork.once(importUserRecords, asked, request, async (tx) => {
      const { plans, groups, planned } = await survey(tx);
      const winners = planned('create');
      const entered = await this.enterUsers.enter(tx, realm, asked, winners, guarded, groups);
      const missed = winners.filter(({ id }) => !entered.has(id));
      const late = await this.findExistingUsers.findLate(tx, realm, missed);
      const updateRefusals = await this.updateUsers.update(tx, realm, asked, planned('update'), guarded, groups);
      return { outcomes: outcomesOf({ ...known, plans, updateRefusals, entry: { entered, late } }) };
    });
  }
}
