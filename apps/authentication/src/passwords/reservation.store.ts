import { Database, type Transaction } from '@countersign/persistence';
import { Injectable } from '@nestjs/common';
import { ReservationEntity } from './reservation.entity.js';
import type { Reservation } from './reservation.js';

/** The search for open ones is SQL by hand: it reads the realm by join, and their age by the database's clock. */
@Injectable()
export class ReservationStore {
  constructor(private readonly database: Database) {}

  async open(tx: Transaction, { id, realmId, ids, cause }: Omit<Reservation, 'realm'>): Promise<void> {
    await tx.repository(ReservationEntity).insert({ id, realmId, ids, cause });
  }

  /** Of all who settle a reservation at once, one closes it; the others wait. @returns whether it was this one */
  async close(tx: Transaction, id: string): Promise<boolean> {
    return (await tx.repository(ReservationEntity).delete({ id })).affected === 1;
  }

  /** The oldest first. */
  async findOpen(olderThanSeconds: number, limit: number): Promise<readonly Reservation[]> {
    return this.database.query<Reservation>(
      `select reservation.id, reservation.realm_id as "realmId", realm.name as realm, reservation.ids, reservation.cause
       from reservation join realm on realm.realm_id = reservation.realm_id
       where reservation.reserved_at < now() - make_interval(secs => $1::integer)
       order by reservation.reserved_at limit $2`,
      [olderThanSeconds, limit],
    );
  }
}
