import { systemClock, systemRandomness, uuidv7 } from '@countersign/clock';
import { type Operation, Problem } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { refuse, UnitOfWork } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import type { Realm } from '../realms/realm.js';
import { CredentialStore, type NewCredential } from './credential.store.js';
import type { Reservation, ReservationCause } from './reservation.js';
import { ReservationStore } from './reservation.store.js';

/** Users to be; those with a password have a credential. */
export interface UsersToBe {
  readonly realm: Realm;
  readonly cause: ReservationCause;
  /** By position in the request: a new id, or null where no user is to be created. */
  readonly ids: readonly (string | null)[];
  readonly credentials: readonly NewCredential[];
}

/** A reservation, and what it reserves for whom. */
export interface Reserved {
  /** It may have been settled meanwhile unless {@link isFirst}. */
  readonly reservation: Reservation;
  /** As in {@link UsersToBe}, of the first time. */
  readonly ids: readonly (string | null)[];
  /** Whether these ids were reserved just now, and not by an earlier run of the same request. */
  readonly isFirst: boolean;
}

/** Stores passwords of users to be. A repeated request stores nothing and finds the ids of the first run. */
@Injectable()
export class ReserveCredentials {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly credentials: CredentialStore,
    private readonly reservations: ReservationStore,
  ) {}

  async reserve(
    operation: Operation,
    request: unknown,
    { realm, cause, ids, credentials }: UsersToBe,
    asked: Asked,
  ): Promise<Reserved> {
    const { realmId } = realm;
    const newId = uuidv7(systemClock, systemRandomness);
    const kept = await this.unitOfWork.once(operation, asked, request, async (tx) => {
      await this.credentials.insert(tx, realmId, credentials);
      await this.reservations.open(tx, { id: newId, realmId, ids: present(ids), cause });
      return { id: newId, ids };
    });
    if (kept.ids.length !== ids.length)
      throw new Error(`found ${kept.ids.length} reserved places, expected ${ids.length}`);
    const reservation = { id: kept.id, ids: present(kept.ids), realmId, realm: realm.realm, cause };
    return { reservation, ids: kept.ids, isFirst: kept.id === newId };
  }

  /**
   * Stores the refusal that ended a reservation: a reservation {@link inPlaceOf} it is refused with it.
   * @returns the refusal that is kept, which is an earlier one if there is one
   */
  async refuse(
    operation: Operation,
    request: unknown,
    reservation: Reservation,
    refusal: Problem,
    asked: Asked,
  ): Promise<Problem> {
    try {
      await this.unitOfWork.once(operation, inPlaceOf(reservation, asked), request, async () => refuse(refusal));
      return refusal;
    } catch (error) {
      if (error instanceof Problem) return error;
      throw error;
    }
  }
}

/**
 * The context of the reservation that replaces one that was given up. Its idempotency key is the id of the one given
 * up, so that every run of the request finds the same replacement.
 */
export function inPlaceOf({ id }: Reservation, asked: Asked): Asked {
  return { ...asked, idempotencyKey: id };
}

function present(ids: readonly (string | null)[]): readonly string[] {
  return ids.filter((id) => id !== null);
}
