import type { EventCause } from '@countersign/outbox';
import { type Transaction, UnitOfWork, unbounded } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { CredentialStore } from './credential.store.js';
import { PasswordEvents } from './password-events.js';
import { isOfUsersToBe, type Reservation } from './reservation.js';
import { ReservationStore } from './reservation.store.js';

/**
 * Applies the directory's word on which ids of a reservation are users. It takes effect once, however often it is
 * called.
 */
@Injectable()
export class SettleReservation {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly reservations: ReservationStore,
    private readonly credentials: CredentialStore,
    private readonly events: PasswordEvents,
  ) {}

  /** @param users those that are users by the directory's word; all other ids of the reservation never will be */
  settle(reservation: Reservation, users: ReadonlySet<string>, by: EventCause): Promise<void> {
    return this.unitOfWork.run(unbounded, async (tx) => {
      const isFirst = await this.reservations.close(tx, reservation.id);
      // also second, and without a reservation: an id that is no user stays none, and an erasure may have been slow
      const gone = reservation.ids.filter((id) => !users.has(id));
      const dropped = gone.length === 0 ? [] : await this.credentials.drop(tx, gone);
      if (!isOfUsersToBe(reservation.cause)) await this.events.erased(tx, dropped, reservation, by);
      else if (isFirst) await this.tellKept(tx, reservation, users, by);
    });
  }

  /** A user that was erased since has no password to report. */
  private async tellKept(
    tx: Transaction,
    reservation: Reservation,
    users: ReadonlySet<string>,
    by: EventCause,
  ): Promise<void> {
    const kept = await this.credentials.hold(
      tx,
      reservation.ids.filter((id) => users.has(id)),
    );
    if (reservation.cause === 'imported') await this.events.imported(tx, kept, reservation, by);
    else for (const id of kept) await this.events.set(tx, { id, realm: reservation, by }, 'created');
  }
}
