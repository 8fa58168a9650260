import type { Chore } from '@countersign/hosting';
import type { INestApplicationContext } from '@nestjs/common';
import { ReSealSecrets } from './key-ring/re-seal-secrets.js';
import type { DirectorySettings } from './settings.js';

/** What the directory does beside its requests; every replica does it, and the database keeps them apart. */
export function choresOf(app: INestApplicationContext, settings: DirectorySettings): readonly Chore[] {
  return [
    {
      name: 're-seal values',
      everyMs: settings.DIRECTORY_RESEAL_INTERVAL_SECONDS * 1_000,
      run: (mayGoOn) => app.get(ReSealSecrets).run(mayGoOn),
    },
  ];
}
