import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One row, logged: up to which date claims may be forgotten by a crash, and which database wrote that. */
@Entity('claim_store')
export class ClaimStoreEntity {
  @PrimaryColumn('boolean', { name: 'is_only_row', default: true }) readonly isOnlyRow: boolean;
  @Column('timestamptz') readonly horizon: Date;
  @Column('text') readonly timeline: string;
  @Column('text') readonly store: string;
}
