import { withdrawUserIds } from '@countersign/contracts';
import { type AskContext, Messenger } from '@countersign/messaging';
import { Injectable } from '@nestjs/common';
import { ConfirmReservation } from './confirm-reservation.js';
import { CredentialStore, type Reservation } from './credential.store.js';

/** Longer than any deadline: nobody is still at work on a reservation of this age. */
const settledAfterSeconds = 120;
const atOnce = 200;

/**
 * Ends reservations whose user never came, or came and was not noticed (a crash, a lost answer). The directory
 * decides: an id that is not a user when it is asked never becomes one, so that a released reservation leaves nobody
 * without a password, and a kept one nobody's password behind.
 */
@Injectable()
export class SettleReservations {
  constructor(
    private readonly credentials: CredentialStore,
    private readonly confirmReservation: ConfirmReservation,
    private readonly messenger: Messenger,
  ) {}

  /** The sweep. @returns how many reservations were settled */
  async run(): Promise<number> {
    const reservations = await this.credentials.findReservations(settledAfterSeconds, atOnce);
    if (reservations.length > 0) await this.settle(reservations, this.messenger.newContext());
    return reservations.length;
  }

  /** @returns ids of those that are users */
  async settle(reservations: readonly Reservation[], context: AskContext): Promise<readonly string[]> {
    const ids = reservations.map(({ id }) => id);
    const { existing } = await this.messenger.ask(withdrawUserIds, { ids }, context);
    for (const reservation of reservations) {
      if (existing.includes(reservation.id)) {
        await this.confirmReservation.run({ id: reservation.id, realm: reservation, by: context });
      } else {
        await this.credentials.release(reservation.id);
      }
    }
    return existing;
  }
}
