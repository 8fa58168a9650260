import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';

@Entity({ name: 'group' })
@Unique(['realmId', 'groupKey'])
@Unique(['realmId', 'id'])
@ForeignKey('RealmEntity', ['realmId'], ['id'])
export class GroupEntity {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @Column({ type: 'uuid' })
  realmId: string;

  /** As written when the group was made. */
  @Column({ type: 'text' })
  name: string;

  /** As compared. */
  @Column({ type: 'text', collation: 'C' })
  groupKey: string;

  @Column({ type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;
}
