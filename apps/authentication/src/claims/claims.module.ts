import { Module } from '@nestjs/common';
import { ApplicationsModule } from '../applications/applications.module.js';
import { ClaimHandlers } from './claim.handlers.js';
import { ClaimStore } from './claim.store.js';
import { ClaimEpochStore } from './claim-epoch.store.js';
import { ClaimKeeper } from './claim-keeper.js';
import { ClaimMetrics } from './claim-metrics.js';
import { ClaimRequest } from './claim-request.js';
import { PruneClaims } from './prune-claims.js';
import { RecordRefusals } from './record-refusals.js';
import { ReplayTally } from './replay-tally.js';
import { ReportRefusals } from './report-refusals.js';
import { ReportReplays } from './report-replays.js';

@Module({
  imports: [ApplicationsModule],
  controllers: [ClaimHandlers],
  providers: [
    ClaimStore,
    ClaimEpochStore,
    ClaimKeeper,
    ClaimRequest,
    PruneClaims,
    ReplayTally,
    RecordRefusals,
    ReportRefusals,
    ReportReplays,
    ClaimMetrics,
  ],
})
export class ClaimsModule {}
