import { hostService, keyRingPlace } from '@countersign/hosting';
import type { RunningService } from '@countersign/observability';
import { choresOf } from './chores.js';
import { entities } from './entities.js';
import { EventsModule } from './events/events.module.js';
import { ExportsModule } from './exports/exports.module.js';
import { GroupsModule } from './groups/groups.module.js';
import { ImportsModule } from './imports/imports.module.js';
import { KeyRingModule } from './key-ring/key-ring.module.js';
import { migrations } from './migrations/migrations.js';
import { RealmsModule } from './realms/realms.module.js';
import type { DirectorySettings } from './settings.js';
import { UsersModule } from './users/users.module.js';

export { migrations } from './migrations/migrations.js';
/** What the directory is made of. */
export const features = Object.freeze([
  RealmsModule,
  UsersModule,
  GroupsModule,
  ImportsModule,
  ExportsModule,
  KeyRingModule,
  EventsModule,
]);

export { type DirectorySettings, settings } from './settings.js';

/**
 * Starts the directory.
 * @throws whatever keeps it from starting, with nothing left open
 */
export function startDirectory(settings: DirectorySettings): Promise<RunningService> {
  return hostService({
    service: 'directory',
    settings,
    keyRing: keyRingPlace(settings.DIRECTORY_KEY_RING_FILE, settings.DIRECTORY_KEY_RING),
    hashing: {
      parameters: {
        memoryKib: settings.DIRECTORY_ARGON2_MEMORY_KIB,
        iterations: settings.DIRECTORY_ARGON2_ITERATIONS,
        parallelism: settings.DIRECTORY_ARGON2_PARALLELISM,
      },
      queueLimit: settings.DIRECTORY_HASHING_QUEUE_LIMIT,
    },
    migrations,
    entities,
    features,
    chores: (app) => choresOf(app, settings),
  });
}
