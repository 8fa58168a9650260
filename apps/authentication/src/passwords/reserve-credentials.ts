import { systemClock, systemRandomness, uuidv7 } from '@countersign/clock';
import type { Operation } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { UnitOfWork } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import type { Realm } from '../realms/realm.js';
import { CredentialStore, type NewCredential } from './credential.store.js';
import type { Reservation, ReservationCause } from './reservation.js';
import { ReservationStore } from './reservation.store.js';

/** Users to be, all under ids that nobody has yet; those with a password have a credential. */
export interface UsersToBe {
  readonly realm: Realm;
  readonly cause: ReservationCause;
  readonly ids: readonly string[];
  readonly credentials: readonly NewCredential[];
}

/** Keeps passwords of users to be; the same request again keeps nothing, and finds the ids of the first time. */
@Injectable()
export class ReserveCredentials {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly credentials: CredentialStore,
    private readonly reservations: ReservationStore,
  ) {}

  /** @returns the reservation, which may have been settled meanwhile when it is not the first time */
  async run(
    operation: Operation,
    request: unknown,
    { realm, cause, ids, credentials }: UsersToBe,
    asked: Asked,
  ): Promise<Reservation> {
    const { realmId } = realm;
    const kept = await this.unitOfWork.once(operation, asked, request, async (tx) => {
      const id = uuidv7(systemClock, systemRandomness);
      await this.credentials.insert(tx, realmId, credentials);
      await this.reservations.open(tx, { id, realmId, ids, cause });
      return { id, ids };
    });
    return { ...kept, realmId, realm: realm.realm, cause };
  }
}
