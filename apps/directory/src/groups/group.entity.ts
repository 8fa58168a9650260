import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';

@Entity({ name: 'group' })
@Unique('group_realm_id_group_key_key', ['realmId', 'groupKey'])
@Unique('group_realm_id_id_key', ['realmId', 'id'])
@ForeignKey('RealmEntity', ['realmId'], ['id'], { name: 'group_realm_id_fkey' })
export class GroupEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'group_pkey' })
  id: string;

  @Column({ name: 'realm_id', type: 'uuid' })
  realmId: string;

  /** As written when the group was made. */
  @Column({ type: 'text' })
  name: string;

  /** As compared. */
  @Column({ name: 'group_key', type: 'text', collation: 'C' })
  groupKey: string;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;
}
