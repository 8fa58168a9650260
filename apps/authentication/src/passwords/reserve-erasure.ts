import { systemClock, systemRandomness, uuidv7 } from '@countersign/clock';
import { eraseUser, Problem, type RequestOf } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { refuse, UnitOfWork } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import type { Realm } from '../realms/realm.js';
import { FindUser } from './find-user.js';
import type { Reservation } from './reservation.js';
import { ReservationStore } from './reservation.store.js';

/**
 * The user that an erase request names is resolved once, and the result is stored, even when there is no such user:
 * when the request is repeated, the name may be another user's. Each run opens a reservation of its own, since the one
 * before may have been settled.
 */
@Injectable()
export class ReserveErasure {
  constructor(
    private readonly findUser: FindUser,
    private readonly unitOfWork: UnitOfWork,
    private readonly reservations: ReservationStore,
  ) {}

  /**
   * @returns the id of the named user, and the reservation
   * @throws Problem `user.unknown`
   */
  async reserve(
    request: RequestOf<typeof eraseUser>,
    realm: Realm,
    asked: Asked,
  ): Promise<{ readonly id: string; readonly reservation: Reservation }> {
    const user = await this.findUser.find(request, asked);
    const { id } = await this.unitOfWork.once(eraseUser, asked, request, async () =>
      user === undefined ? refuse(new Problem('user.unknown')) : { id: user.id },
    );
    return { id, reservation: await this.open(id, realm, asked) };
  }

  private async open(id: string, { realmId, realm }: Realm, asked: Asked): Promise<Reservation> {
    const reservation = {
      id: uuidv7(systemClock, systemRandomness),
      realmId,
      realm,
      ids: [id],
      cause: 'erased',
    } as const;
    await this.unitOfWork.run(asked, (tx) => this.reservations.open(tx, reservation));
    return reservation;
  }
}
