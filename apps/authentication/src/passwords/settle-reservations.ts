import { Problem, withdrawUserIds } from '@countersign/contracts';
import { LOGGER } from '@countersign/hosting';
import { type AskContext, Messenger } from '@countersign/messaging';
import type { Logger } from '@countersign/observability';
import { Inject, Injectable } from '@nestjs/common';
import type { Reservation } from './reservation.js';
import { ReservationStore } from './reservation.store.js';
import { SettleReservation } from './settle-reservation.js';

/** Longer than any deadline: no request is at work on a reservation of this age. */
const settledAfterSeconds = 120;
const atOnce = 200;
/** As many as the directory takes in one ask. */
const idsAtOnce = 500;

/**
 * Ends reservations that a crash or a lost answer has left open. The directory decides: an id that is not a user when
 * it is asked never becomes one. So no user loses a password, and no password outlives its user.
 */
@Injectable()
export class SettleReservations {
  constructor(
    private readonly reservations: ReservationStore,
    private readonly settleReservation: SettleReservation,
    private readonly messenger: Messenger,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * The sweep. A reservation that cannot be settled now does not hold up the others. @returns how many reservations
   * were settled
   */
  async sweep(): Promise<number> {
    const due = await this.reservations.findOpen(settledAfterSeconds, atOnce);
    let settled = 0;
    for (const some of inAsks(due)) settled += await this.trySettle(some);
    return settled;
  }

  /**
   * @param reservations of {@link idsAtOnce} ids at most
   * @returns ids of those that are users
   */
  async settle(reservations: readonly Reservation[], context: AskContext): Promise<ReadonlySet<string>> {
    const users = await this.usersAmong(reservations, context);
    for (const reservation of reservations) await this.settleReservation.settle(reservation, users, context);
    return users;
  }

  /** Notes which ids the directory has said are users. If that fails, the sweep notes it later. */
  async note(reservation: Reservation, users: readonly string[], context: AskContext): Promise<void> {
    try {
      await this.settleReservation.settle(reservation, new Set(users), context);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
  }

  private async usersAmong(reservations: readonly Reservation[], context: AskContext): Promise<ReadonlySet<string>> {
    const ids = [...new Set(reservations.flatMap((reservation) => reservation.ids))];
    const { existing } = await this.messenger.ask(withdrawUserIds, { ids }, context);
    return new Set(existing);
  }

  private async trySettle(reservations: readonly Reservation[]): Promise<number> {
    const context = this.messenger.newContext();
    const users = await this.usersAmong(reservations, context).catch((error: Error) => this.tell(error, reservations));
    if (users === undefined) return 0;
    let settled = 0;
    for (const reservation of reservations) {
      await this.settleReservation.settle(reservation, users, context).then(
        () => {
          settled += 1;
        },
        (error: Error) => this.tell(error, [reservation]),
      );
    }
    return settled;
  }

  private tell({ message }: Error, open: readonly Reservation[]): undefined {
    const [oldest] = open;
    const of = { reservation: oldest?.id, realm: oldest?.realm, count: open.length };
    this.logger.warn({ ...of, reason: message }, 'reservations could not be settled yet');
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
