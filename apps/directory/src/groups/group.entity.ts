import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

@Entity({ name: 'group' })
@Index('group_realm_id_group_key_key', ['realmId', 'groupKey'], { unique: true, where: 'deleted_at IS NULL' })
@Index('group_id_idx', ['id'], { where: 'deleted_at IS NOT NULL' })
@Unique(['id', 'realmId'])
export class GroupEntity {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @Column({ type: 'uuid' })
  realmId: string;

  /** As written when the group was made or renamed. */
  @Column({ type: 'text' })
  name: string;

  /** As compared. */
  @Column({ type: 'text', collation: 'C' })
  groupKey: string;

  @Column({ type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;

  /** Every read but the sweep's takes a deleted group for absent. */
  @Column({ type: 'timestamptz', nullable: true })
  deletedAt: Date | null;
}
