import { hostService, keyRingPlace } from '@countersign/hosting';
import type { RunningService } from '@countersign/observability';
import { ApplicationsModule } from './applications/applications.module.js';
import { choresOf } from './chores.js';
import { ClaimKeeper } from './claims/claim-keeper.js';
import { ClaimsModule } from './claims/claims.module.js';
import { ReportReplays } from './claims/report-replays.js';
import { entities } from './entities.js';
import { KeyRingModule } from './key-ring/key-ring.module.js';
import { migrations } from './migrations/migrations.js';
import { PasswordsModule } from './passwords/passwords.module.js';
import { RealmSettingsModule } from './realm-settings/realm-settings.module.js';
import { RealmsModule } from './realms/realms.module.js';
import type { AuthenticationSettings } from './settings.js';
import { UsersModule } from './users/users.module.js';

/** What the authentication service is made of. */
export const features = Object.freeze([
  RealmsModule,
  ApplicationsModule,
  ClaimsModule,
  RealmSettingsModule,
  PasswordsModule,
  UsersModule,
  KeyRingModule,
]);

export { entities } from './entities.js';
export { migrations } from './migrations/migrations.js';
export { type AuthenticationSettings, settings } from './settings.js';

/**
 * Starts the authentication service; a claim epoch is open before the first request is taken, and it is not ready
 * while the replay store cannot judge present dates.
 * @throws whatever keeps it from starting, with nothing left open
 */
export function startAuthentication(settings: AuthenticationSettings): Promise<RunningService> {
  return hostService({
    service: 'authentication',
    settings,
    keyRing: keyRingPlace(settings.AUTHENTICATION_KEY_RING_FILE, settings.AUTHENTICATION_KEY_RING),
    hashing: {
      parameters: {
        memoryKib: settings.AUTHENTICATION_ARGON2_MEMORY_KIB,
        iterations: settings.AUTHENTICATION_ARGON2_ITERATIONS,
        parallelism: settings.AUTHENTICATION_ARGON2_PARALLELISM,
      },
      queueLimit: settings.AUTHENTICATION_HASHING_QUEUE_LIMIT,
    },
    migrations,
    entities,
    features,
    prepare: (app) => app.get(ClaimKeeper).keep(),
    chores: (app) => choresOf(app, settings),
    finish: async (app) => {
      await app.get(ReportReplays).report();
    },
    checks: async (app) => ({ claims: (await app.get(ClaimKeeper).judgesPresentDates()) ? 'up' : 'down' }),
  });
}
