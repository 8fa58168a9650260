import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** The realm is part of both keys, so that no membership can cross realms (guarantee G7). */
@Entity({ name: 'membership' })
@Index('membership_group_uuid_idx', ['groupUuid', 'userUuid'])
@ForeignKey('UserEntity', ['realmId', 'userUuid'], ['realmId', 'id'], { name: 'membership_user_uuid_fkey' })
@ForeignKey('GroupEntity', ['realmId', 'groupUuid'], ['realmId', 'id'], { name: 'membership_group_uuid_fkey' })
export class MembershipEntity {
  @PrimaryColumn({ name: 'user_uuid', type: 'uuid', primaryKeyConstraintName: 'membership_pkey' })
  userUuid: string;

  @PrimaryColumn({ name: 'group_uuid', type: 'uuid', primaryKeyConstraintName: 'membership_pkey' })
  groupUuid: string;

  @Column({ name: 'realm_id', type: 'uuid' })
  realmId: string;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;
}
