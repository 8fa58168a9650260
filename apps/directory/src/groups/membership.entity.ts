import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** The realm is part of both keys, so that no membership can cross realms (guarantee G7). */
@Entity({ name: 'membership' })
@Index(['groupUuid', 'userUuid'])
@ForeignKey('UserEntity', ['realmId', 'userUuid'], ['realmId', 'id'])
@ForeignKey('GroupEntity', ['realmId', 'groupUuid'], ['realmId', 'id'])
export class MembershipEntity {
  @PrimaryColumn({ type: 'uuid' })
  userUuid: string;

  @PrimaryColumn({ type: 'uuid' })
  groupUuid: string;

  @Column({ type: 'uuid' })
  realmId: string;

  @Column({ type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;
}
