import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** Ids of which it is not known whether they are users; see `reservation.ts`. */
@Entity('reservation')
export class ReservationEntity {
  @PrimaryColumn('uuid') readonly id: string;
  @ForeignKey('realm', 'realmId')
  @Column('uuid', { name: 'realm_id' })
  readonly realmId: string;
  @Column('uuid', { array: true }) readonly ids: readonly string[];
  @Column('text') readonly cause: string;
  @Index()
  @Column('timestamptz', { name: 'reserved_at', default: () => 'now()' })
  readonly reservedAt: Date;
}
