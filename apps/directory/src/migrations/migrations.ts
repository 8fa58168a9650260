import { createServiceTables } from '@countersign/hosting';
import { realmColumns } from '../realms/realm-columns.js';
import { CreateUsersAndGroups } from './0002-create-users-and-groups.js';

/**
 * Users alone are ever erased. With a stolen runtime role one can forge the row of an erased user, but not while the user
 * exists.
 */
const erasesPersonalWhen = `$1 = 'user' and exists (select from directory.erased_user where id = $2::uuid)
  and not exists (select from directory.user where id = $2::uuid)`;

/** All migrations, in their order. */
export const migrations = Object.freeze([
  createServiceTables(1, 'directory', { erasesPersonalWhen, realmColumns }),
  CreateUsersAndGroups,
]);
