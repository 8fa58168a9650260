import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';

@Entity({ name: 'user' })
@Unique('user_realm_id_user_key_key', ['realmId', 'userKey'])
@Unique('user_realm_id_id_key', ['realmId', 'id'])
@Index('user_sealed_key_id_idx', ['sealedKeyId', 'id'], { where: 'sealed_key_id IS NOT NULL' })
@Check('user_sealed_check', '(sealed_secrets IS NULL) = (sealed_key_id IS NULL)')
@Check('user_status_check', "status = ANY (ARRAY['active'::text, 'disabled'::text, 'locked'::text, 'password_expired'::text])")
@ForeignKey('UserIdentityEntity', ['id'], ['id'], { name: 'user_id_fkey' })
@ForeignKey('RealmEntity', ['realmId'], ['id'], { name: 'user_realm_id_fkey' })
export class UserEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'user_pkey' })
  id: string;

  @Column({ name: 'realm_id', type: 'uuid' })
  realmId: string;

  /** As written when the user was made. */
  @Column({ name: 'user_id', type: 'text' })
  userId: string;

  /** As compared. */
  @Column({ name: 'user_key', type: 'text', collation: 'C' })
  userKey: string;

  @Column({ type: 'text', default: 'active' })
  status: string;

  /** Plain values by property key; never an empty string. */
  @Column({ type: 'jsonb', default: () => "'{}'" })
  properties: Record<string, string>;

  /** `ExtPropertyN`: no operation writes them. */
  @Column({ name: 'extended_properties', type: 'jsonb', default: () => "'{}'" })
  extendedProperties: Record<string, string>;

  /** Questions by knowledge base key; their answers are among the secrets. */
  @Column({ type: 'jsonb', default: () => "'{}'" })
  questions: Record<string, string>;

  /** PIN and answers, sealed together and bound to this row. */
  @Column({ name: 'sealed_secrets', type: 'bytea', nullable: true })
  sealedSecrets: Buffer | null;

  @Column({ name: 'sealed_key_id', type: 'text', nullable: true })
  sealedKeyId: string | null;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt: Date;
}
