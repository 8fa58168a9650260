import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** Mail addresses of users as compared: to find users by, and for realms in which no two may have the same. */
@Entity({ name: 'user_email' })
@Index(['realmId', 'emailKey', 'userUuid'])
@ForeignKey('UserEntity', ['realmId', 'userUuid'], ['realmId', 'id'])
export class UserEmailEntity {
  @PrimaryColumn({ type: 'uuid' })
  userUuid: string;

  @PrimaryColumn({ type: 'text', collation: 'C' })
  emailKey: string;

  @Column({ type: 'uuid' })
  realmId: string;
}
