import { eraseUser, eraseUserRecord, type RequestOf } from '@countersign/contracts';
import { type Asked, Messenger } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { Controller } from '@nestjs/common';
import { ReserveErasure } from '../passwords/reserve-erasure.js';
import { SettleReservations } from '../passwords/settle-reservations.js';
import { FindRealm } from '../realms/find-realm.js';

/**
 * Erases a user by id. The directory's deletion is the commit point: before it nothing is deleted, after it the
 * password cannot be used. The password is deleted on the directory's answer or, if that is lost, by the sweep.
 */
@Controller()
export class EraseUser {
  constructor(
    private readonly findRealm: FindRealm,
    private readonly reserveErasure: ReserveErasure,
    private readonly settleReservations: SettleReservations,
    private readonly messenger: Messenger,
  ) {}

  /** @throws Problem `realm.unknown`, `user.unknown`; `bus.*` when it is not known whether the user was erased */
  @Handles(eraseUser)
  async erase(request: RequestOf<typeof eraseUser>, context: Asked): Promise<{ id: string }> {
    const realm = await this.findRealm.find(request.realm);
    const { id, reservation } = await this.reserveErasure.reserve(request, realm, context);
    await this.messenger.ask(eraseUserRecord, { realm: realm.realm, id }, context);
    await this.settleReservations.note(reservation, [], context);
    return { id };
  }
}
