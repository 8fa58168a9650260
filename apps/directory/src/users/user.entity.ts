import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What of a user is written by itself. Fields, contacts and secrets are read and written by statements of their own. */
@Entity('user')
export class UserEntity {
  @PrimaryColumn('uuid') readonly id: string;
  @Column('uuid') readonly realmId: string;
  /** As written. */
  @Column('text') readonly userId: string;
  /** As compared. */
  @Column('text') readonly userKey: string;
  @Column('text') readonly state: string;
  @Column('text', { nullable: true }) readonly stateReason: string | null;
  @Column('timestamptz') readonly stateChangedAt: Date;
  /** When the user first became `active`. */
  @Column('timestamptz', { nullable: true }) readonly activatedAt: Date | null;
  /** PIN and answers, sealed together and bound to this row. */
  @Column('bytea', { nullable: true }) readonly sealedSecrets: Buffer | null;
  @Column('timestamptz') readonly updatedAt: Date;
}
