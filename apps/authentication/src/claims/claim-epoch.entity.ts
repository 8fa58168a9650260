import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One row, unlogged like the claims: while it is there and of this store, no claim has been forgotten. */
@Entity('claim_epoch')
export class ClaimEpochEntity {
  @PrimaryColumn('boolean', { name: 'is_only_row', default: true }) readonly isOnlyRow: boolean;
  @Column('timestamptz') readonly barrier: Date;
  @Column('timestamptz', { name: 'pruned_through' }) readonly prunedThrough: Date;
  @Column('text') readonly store: string;
}
