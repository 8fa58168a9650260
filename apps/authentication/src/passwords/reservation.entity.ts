import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Ids of which it is not known whether they are users; see `reservation.ts`. */
@Entity('reservation')
export class ReservationEntity {
  @PrimaryColumn('uuid') readonly id: string;
  @Column('uuid') readonly realmId: string;
  @Column('uuid', { array: true }) readonly ids: readonly string[];
  @Column('text') readonly cause: string;
}
