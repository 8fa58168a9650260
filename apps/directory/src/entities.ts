import { GroupEntity } from './groups/group.entity.js';
import { MembershipEntity } from './groups/membership.entity.js';
import { ErasedUserEntity } from './users/erased-user.entity.js';
import { UserEntity } from './users/user.entity.js';
import { UserEmailEntity } from './users/user-email.entity.js';
import { UserIdentityEntity } from './users/user-identity.entity.js';

/** What the stores of this service read and write by repository. */
export const entities = Object.freeze([
  UserIdentityEntity,
  UserEntity,
  UserEmailEntity,
  ErasedUserEntity,
  GroupEntity,
  MembershipEntity,
]);
