import { OutboxHead, OutboxRow } from '@countersign/outbox';
import { IdempotencyRecord } from '@countersign/persistence';
import { GroupEntity } from './groups/group.entity.js';
import { MembershipEntity } from './groups/membership.entity.js';
import { RealmEntity } from './realms/realm.entity.js';
import { ErasedUserEntity } from './users/erased-user.entity.js';
import { UserEntity } from './users/user.entity.js';
import { UserEmailEntity } from './users/user-email.entity.js';
import { UserIdentityEntity } from './users/user-identity.entity.js';

/** Every table of the schema; the drift check holds them against what the migrations made. */
export const entities = Object.freeze([
  RealmEntity,
  UserIdentityEntity,
  UserEntity,
  UserEmailEntity,
  ErasedUserEntity,
  GroupEntity,
  MembershipEntity,
  OutboxRow,
  OutboxHead,
  IdempotencyRecord,
]);
