import type { Chore } from '@countersign/hosting';
import { SealedRecords } from '@countersign/persistence';
import type { INestApplicationContext } from '@nestjs/common';
import { ClaimKeeper } from './claims/claim-keeper.js';
import { PruneClaims } from './claims/prune-claims.js';
import { ReportReplays } from './claims/report-replays.js';
import { ResealValues } from './key-ring/reseal-values.js';
import { SettleReservations } from './passwords/settle-reservations.js';
import { AdoptRealms } from './realms/adopt-realms.js';
import type { AuthenticationSettings } from './settings.js';

/** What this service does beside its requests; every replica does all of it, and the database keeps them apart. */
export function choresOf(app: INestApplicationContext, settings: AuthenticationSettings): readonly Chore[] {
  const resealEveryMs = settings.AUTHENTICATION_RESEAL_INTERVAL_SECONDS * 1_000;
  return [
    // well below the lead of the horizon
    { name: 'keep claims', everyMs: 500, run: () => app.get(ClaimKeeper).keep() },
    { name: 'prune claims', everyMs: 30_000, run: () => app.get(PruneClaims).prune() },
    { name: 'report replays', everyMs: 60_000, run: () => app.get(ReportReplays).report() },
    { name: 'adopt realms', everyMs: 5_000, run: () => app.get(AdoptRealms).run() },
    { name: 'settle reservations', everyMs: 15_000, run: () => app.get(SettleReservations).sweep() },
    { name: 're-seal values', everyMs: resealEveryMs, run: () => app.get(ResealValues).run() },
    { name: 're-seal answers', everyMs: resealEveryMs, run: (mayGoOn) => app.get(SealedRecords).reseal(mayGoOn) },
  ];
}
