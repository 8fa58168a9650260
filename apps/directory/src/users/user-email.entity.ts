import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** Mail addresses of users as compared, for realms in which no two users may have the same. */
@Entity({ name: 'user_email' })
@Index('user_email_realm_id_email_key_idx', ['realmId', 'emailKey'])
@ForeignKey('UserEntity', ['realmId', 'userUuid'], ['realmId', 'id'], { name: 'user_email_user_uuid_fkey' })
export class UserEmailEntity {
  @PrimaryColumn({ name: 'user_uuid', type: 'uuid', primaryKeyConstraintName: 'user_email_pkey' })
  userUuid: string;

  @PrimaryColumn({ name: 'email_key', type: 'text', collation: 'C', primaryKeyConstraintName: 'user_email_pkey' })
  emailKey: string;

  @Column({ name: 'realm_id', type: 'uuid' })
  realmId: string;
}
