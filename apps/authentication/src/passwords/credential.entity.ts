import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a user proves with a password. `id` is the directory's id of the user, or one reserved for a user to be. */
@Entity('credential')
export class CredentialEntity {
  @PrimaryColumn('uuid') readonly id: string;
  @Column('uuid') readonly realmId: string;
  /**
   * The hash, sealed: it cannot be guessed at without the key ring, nor moved to another user. An argon2id PHC string,
   * or, until it is first given right, what another system had.
   */
  @Column('bytea') readonly sealedPasswordHash: Buffer;
  @Column('text') readonly sealingKeyId: string;
  /** Grows with every new password. */
  @Column('integer') readonly version: number;
  @Column('integer') readonly consecutiveFailures: number;
  /** When the directory had been told that the user is locked, to the millisecond, as far as a `Date` tells. */
  @Column('timestamptz', { nullable: true }) readonly lockedAt: Date | null;
}
