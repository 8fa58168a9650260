import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('group')
export class GroupEntity {
  @PrimaryColumn('uuid') readonly id: string;
  @Column('uuid') readonly realmId: string;
  /** As written when the group was made or renamed. */
  @Column('text') readonly name: string;
  /** As compared. */
  @Column('text') readonly groupKey: string;
  @Column('timestamptz') readonly createdAt: Date;
  /** Every read but the sweep's takes a deleted group for absent. */
  @Column('timestamptz', { nullable: true }) readonly deletedAt: Date | null;
}
