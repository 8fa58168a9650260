import { Problem, withdrawUserIds } from '@countersign/contracts';
import { type AskContext, Messenger } from '@countersign/messaging';
import { Injectable } from '@nestjs/common';
import type { Reservation } from './reservation.js';
import { ReservationStore } from './reservation.store.js';
import { SettleReservation } from './settle-reservation.js';

/** Longer than any deadline: nobody is still at work on a reservation of this age. */
const settledAfterSeconds = 120;
const atOnce = 200;
/** As many as the directory takes in one ask. */
const idsAtOnce = 500;

/**
 * Ends reservations of which nobody has heard the end (a crash, a lost answer). The directory decides: an id that is
 * not a user when it is asked never becomes one, so that a dropped credential leaves nobody without a password, and a
 * kept one nobody's password behind.
 */
@Injectable()
export class SettleReservations {
  constructor(
    private readonly reservations: ReservationStore,
    private readonly settleReservation: SettleReservation,
    private readonly messenger: Messenger,
  ) {}

  /** The sweep. @returns how many reservations were settled */
  async run(): Promise<number> {
    const due = await this.reservations.findOpen(settledAfterSeconds, atOnce);
    for (const some of inAsks(due)) await this.settle(some, this.messenger.newContext());
    return due.length;
  }

  /**
   * @param reservations of {@link idsAtOnce} ids at most
   * @returns ids of those that are users
   */
  async settle(reservations: readonly Reservation[], context: AskContext): Promise<ReadonlySet<string>> {
    const ids = [...new Set(reservations.flatMap((reservation) => reservation.ids))];
    const { existing } = await this.messenger.ask(withdrawUserIds, { ids }, context);
    const users = new Set(existing);
    for (const reservation of reservations) await this.settleReservation.run(reservation, users, context);
    return users;
  }

  /** The directory has said which are users. That this cannot be noted now changes nothing for them: the sweep will. */
  async note(reservation: Reservation, users: readonly string[], context: AskContext): Promise<void> {
    try {
      await this.settleReservation.run(reservation, new Set(users), context);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
  }
}

/** As few asks as hold all ids. */
function inAsks(reservations: readonly Reservation[]): readonly (readonly Reservation[])[] {
  const asks: Reservation[][] = [];
  let room = 0;
  for (const reservation of reservations) {
    const last = asks.at(-1);
    if (last === undefined || reservation.ids.length > room) {
      asks.push([reservation]);
      room = idsAtOnce;
    } else last.push(reservation);
    room -= reservation.ids.length;
  }
  return asks;
}
