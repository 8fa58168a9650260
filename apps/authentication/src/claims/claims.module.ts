import { Module } from '@nestjs/common';
import { ApplicationsModule } from '../applications/applications.module.js';
import { ClaimStore } from './claim.store.js';
import { ClaimEpochStore } from './claim-epoch.store.js';
import { ClaimKeeper } from './claim-keeper.js';
import { ClaimRequest } from './claim-request.js';
import { ClaimTally } from './claim-tally.js';
import { JudgeDate } from './judge-date.js';
import { PruneClaims } from './prune-claims.js';
import { RecordRefusals } from './record-refusals.js';
import { ReportRefusals } from './report-refusals.js';
import { ReportReplays } from './report-replays.js';

@Module({
  imports: [ApplicationsModule],
  controllers: [ClaimRequest, JudgeDate, ReportRefusals],
  providers: [ClaimStore, ClaimEpochStore, ClaimKeeper, PruneClaims, ClaimTally, RecordRefusals, ReportReplays],
})
export class ClaimsModule {}
