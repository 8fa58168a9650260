import { hostService, keyRingPlace } from '@countersign/hosting';
import type { RunningService } from '@countersign/observability';
import { choresOf } from './chores.js';
import { DirectoryModule } from './directory.module.js';
import { entities } from './entities.js';
import { migrations } from './migrations/migrations.js';
import type { DirectorySettings } from './settings.js';

export { migrations } from './migrations/migrations.js';
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
    module: (parts) => DirectoryModule.with(settings, parts),
    chores: (app) => choresOf(app, settings),
  });
}
