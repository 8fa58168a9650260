import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';

@Entity({ name: 'user' })
@Unique(['realmId', 'userKey'])
@Unique(['id', 'realmId'])
@Index('user_realm_id_status_user_key_idx', ['realmId', 'status', 'userKey'], { where: "status <> 'active'::text" })
@Index('user_realm_id_last_name_key_id_idx', ['realmId', 'lastNameKey', 'id'], { where: 'last_name_key IS NOT NULL' })
@Index('user_sealed_key_id_id_idx', ['sealedKeyId', 'id'], { where: 'sealed_key_id IS NOT NULL' })
@Check('user_sealed_check', '(sealed_secrets IS NULL) = (sealed_key_id IS NULL)')
@Check(
  'user_status_check',
  "status = ANY (ARRAY['active'::text, 'disabled'::text, 'locked'::text, 'password_expired'::text])",
)
@ForeignKey('UserIdentityEntity', ['id'], ['id'])
export class UserEntity {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @Column({ type: 'uuid' })
  realmId: string;

  /** As written. */
  @Column({ type: 'text' })
  userId: string;

  /** As compared. */
  @Column({ type: 'text', collation: 'C' })
  userKey: string;

  /** The last name as compared, as much of it as an index holds: see `last-name-key.policy.ts`. */
  @Column({ type: 'text', collation: 'C', nullable: true })
  lastNameKey: string | null;

  @Column({ type: 'text', default: 'active' })
  status: string;

  /** Plain values by property key; never an empty string. */
  @Column({ type: 'jsonb', default: () => "'{}'" })
  properties: Record<string, string>;

  /** `ExtPropertyN`: applications only read them. */
  @Column({ type: 'jsonb', default: () => "'{}'" })
  extendedProperties: Record<string, string>;

  /** Questions by knowledge base key; their answers are among the secrets. */
  @Column({ type: 'jsonb', default: () => "'{}'" })
  questions: Record<string, string>;

  /** PIN and answers, sealed together and bound to this row. */
  @Column({ type: 'bytea', nullable: true })
  sealedSecrets: Buffer | null;

  @Column({ type: 'text', collation: 'C', nullable: true })
  sealedKeyId: string | null;

  @Column({ type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;

  @Column({ type: 'timestamptz', default: () => 'now()' })
  updatedAt: Date;
}
