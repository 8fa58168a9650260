import type { ServicePlan } from '@countersign/hosting';
import { entities } from './entities.js';
import { ExportsModule } from './exports/exports.module.js';
import { GroupsModule } from './groups/groups.module.js';
import { SweepDeletedGroups } from './groups/sweep-deleted-groups.js';
import { ImportsModule } from './imports/imports.module.js';
import { migrations } from './migrations/migrations.js';
import { realmColumns } from './realms/realm-columns.js';
import { settings } from './settings.js';
import { userSecrets } from './users/user-secret-keeper.js';
import { UsersModule } from './users/users.module.js';

/** Users, their properties and secrets, groups and memberships. */
export const directory: ServicePlan = Object.freeze({
  service: 'directory',
  settings,
  migrations,
  entities,
  sealedColumns: [userSecrets],
  realmColumns,
  features: [UsersModule, GroupsModule, ImportsModule, ExportsModule],
  jobs: (app) => [
    { name: 'sweep deleted groups', everyMs: 15_000, run: (mayGoOn) => app.get(SweepDeletedGroups).run(mayGoOn) },
  ],
} satisfies ServicePlan);
