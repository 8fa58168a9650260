import type { Chore } from '@countersign/hosting';
import { SealedRecords } from '@countersign/persistence';
import type { INestApplicationContext } from '@nestjs/common';
import { SweepDeletedGroups } from './groups/sweep-deleted-groups.js';
import { ReSealSecrets } from './key-ring/re-seal-secrets.js';
import type { DirectorySettings } from './settings.js';

/** What the directory does beside its requests; every replica does it, and the database keeps them apart. */
export function choresOf(app: INestApplicationContext, settings: DirectorySettings): readonly Chore[] {
  const everyMs = settings.DIRECTORY_RESEAL_INTERVAL_SECONDS * 1_000;
  return [
    { name: 're-seal values', everyMs, run: (mayGoOn) => app.get(ReSealSecrets).run(mayGoOn) },
    { name: 're-seal answers', everyMs, run: (mayGoOn) => app.get(SealedRecords).reseal(mayGoOn) },
    { name: 'sweep deleted groups', everyMs: 15_000, run: (mayGoOn) => app.get(SweepDeletedGroups).run(mayGoOn) },
  ];
}
