import { ContactEntity } from './contacts/contact.entity.js';
import { GroupEntity } from './groups/group.entity.js';
import { AliasEntity } from './names/alias.entity.js';
import { UserEntity } from './users/user.entity.js';

/** What the stores of this service read and write by repository. */
export const entities = Object.freeze([UserEntity, AliasEntity, ContactEntity, GroupEntity]);
