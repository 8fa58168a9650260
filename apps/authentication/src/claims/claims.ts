import { ClaimHandlers } from './claim.handlers.js';
import { ClaimStore } from './claim.store.js';
import { ClaimEpochStore } from './claim-epoch.store.js';
import { ClaimKeeper } from './claim-keeper.js';
import { ClaimRequest } from './claim-request.js';
import { PruneClaims } from './prune-claims.js';
import { RecordRefusals } from './record-refusals.js';
import { ReplayTally } from './replay-tally.js';
import { ReportRefusals } from './report-refusals.js';
import { ReportReplays } from './report-replays.js';

export const claimHandlers = [ClaimHandlers];
export const claimProviders = [
  ClaimStore,
  ClaimEpochStore,
  ClaimKeeper,
  ClaimRequest,
  PruneClaims,
  ReplayTally,
  RecordRefusals,
  ReportRefusals,
  ReportReplays,
];
