import type { ServicePlan } from '@countersign/hosting';
import { applicationKeys } from './applications/application-key.store.js';
import { ApplicationsModule } from './applications/applications.module.js';
import { ClaimKeeper } from './claims/claim-keeper.js';
import { ClaimsModule } from './claims/claims.module.js';
import { PruneClaims } from './claims/prune-claims.js';
import { ReportReplays } from './claims/report-replays.js';
import { entities } from './entities.js';
import { migrations } from './migrations/migrations.js';
import { passwordHashes } from './passwords/credential.store.js';
import { PasswordsModule } from './passwords/passwords.module.js';
import { SettleReservations } from './passwords/settle-reservations.js';
import { RealmSettingsModule } from './realm-settings/realm-settings.module.js';
import { AnnounceRealms } from './realms/announce-realms.js';
import { RealmsModule } from './realms/realms.module.js';
import { settings } from './settings.js';
import { UsersModule } from './users/users.module.js';

/**
 * Realms, applications, claims of request signatures, passwords. A claim epoch is open before the first request is
 * taken, and it is not ready while the replay store cannot take a claim of now.
 */
export const authentication: ServicePlan = Object.freeze({
  service: 'authentication',
  settings,
  migrations,
  entities,
  sealedColumns: [applicationKeys, passwordHashes],
  features: [RealmsModule, ApplicationsModule, ClaimsModule, RealmSettingsModule, PasswordsModule, UsersModule],
  prepare: (app) => app.get(ClaimKeeper).keep(),
  jobs: (app) => [
    // well below the lead of the horizon
    { name: 'keep claims', everyMs: 500, run: () => app.get(ClaimKeeper).keep() },
    { name: 'prune claims', everyMs: 30_000, run: () => app.get(PruneClaims).prune() },
    { name: 'report replays', everyMs: 60_000, run: () => app.get(ReportReplays).report() },
    { name: 'announce realms', everyMs: 5_000, run: () => app.get(AnnounceRealms).sweep() },
    { name: 'settle reservations', everyMs: 15_000, run: () => app.get(SettleReservations).sweep() },
  ],
  finish: async (app) => {
    await app.get(ReportReplays).report();
  },
  checks: async (get) => ({ claims: await get(ClaimKeeper).state() }),
} satisfies ServicePlan);
