import { outboxEntities } from '@countersign/outbox';
import { ApplicationEntity } from './applications/application.entity.js';
import { ApplicationKeyEntity } from './applications/application-key.entity.js';
import { ClaimEntity } from './claims/claim.entity.js';
import { ClaimAheadEntity } from './claims/claim-ahead.entity.js';
import { ClaimEpochEntity } from './claims/claim-epoch.entity.js';
import { ClaimStoreEntity } from './claims/claim-store.entity.js';
import { CredentialEntity } from './passwords/credential.entity.js';
import { ReservationEntity } from './passwords/reservation.entity.js';
import { RealmEntity } from './realms/realm.entity.js';

/** Every table of this service, for the drift check. */
export const entities = Object.freeze([
  ...outboxEntities,
  RealmEntity,
  ApplicationEntity,
  ApplicationKeyEntity,
  ClaimEntity,
  ClaimAheadEntity,
  ClaimEpochEntity,
  ClaimStoreEntity,
  CredentialEntity,
  ReservationEntity,
]);
