import { CreateUsersAndGroups } from './0001-create-users-and-groups.js';
import { CreateOutbox } from './0002-create-outbox.js';

/** All migrations, in their order. */
export const migrations = Object.freeze([CreateUsersAndGroups, CreateOutbox]);
