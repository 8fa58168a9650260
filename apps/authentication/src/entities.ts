import { ApplicationEntity, ApplicationKeyEntity } from './applications/application.entity.js';
import { CredentialEntity } from './passwords/credential.entity.js';
import { ReservationEntity } from './passwords/reservation.entity.js';
import { RealmEntity } from './realms/realm.entity.js';

/** What the stores of this service read and write by repository. */
export const entities = Object.freeze([
  RealmEntity,
  ApplicationEntity,
  ApplicationKeyEntity,
  CredentialEntity,
  ReservationEntity,
]);
