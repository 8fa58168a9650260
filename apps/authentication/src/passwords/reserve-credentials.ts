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
  /** By the user's position in the request: an id that nobody has yet, or null for who is not to be a user. */
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

/** Keeps passwords of users to be; the same request again keeps nothing, and finds the ids of the first time. */
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
   * Keeps the refusal with which a reservation ended: whoever reserves {@link inPlaceOf} it is refused so.
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
 * For the reservation that takes the place of one that was given up: every run of the request finds the same one given
 * up, and comes by its id to the same place.
 */
export function inPlaceOf({ id }: Reservation, asked: Asked): Asked {
  return { ...asked, idempotencyKey: id };
}

function present(ids: readonly (string | null)[]): readonly string[] {
  return ids.filter((id) => id !== null);
}
