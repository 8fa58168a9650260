import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** What a user proves with a password. `id` is the directory's id of the user, or one reserved for a user to be. */
@Entity('credential')
export class CredentialEntity {
  @PrimaryColumn('uuid') readonly id: string;
  @Index()
  @ForeignKey('realm', 'realmId')
  @Column('uuid', { name: 'realm_id' })
  readonly realmId: string;
  /**
   * The hash, sealed: it cannot be guessed at without the key ring, nor moved to another user. An argon2id PHC string,
   * or, until it is first given right, what another system had.
   */
  @Column('bytea', { name: 'sealed_password_hash' }) readonly sealedPasswordHash: Buffer;
  @Index()
  @Column('text', { name: 'sealing_key_id' })
  readonly sealingKeyId: string;
  /** Grows with every new password. */
  @Column('integer', { default: 1 }) readonly version: number;
  @Column('integer', { name: 'consecutive_failures', default: 0 }) readonly consecutiveFailures: number;
  /** When the directory had been told that the user is locked. */
  @Column('timestamptz', { name: 'locked_at', nullable: true }) readonly lockedAt: Date | null;
  @Column('timestamptz', { name: 'changed_at', default: () => 'now()' }) readonly changedAt: Date;
}
