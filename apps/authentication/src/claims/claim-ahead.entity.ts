import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Claims dated past the horizon, which a crash must not forget. Logged. */
@Entity('claim_ahead')
export class ClaimAheadEntity {
  @PrimaryColumn('bytea') readonly mac: Buffer;
  @PrimaryColumn('uuid', { name: 'application_id' }) readonly applicationId: string;
  @Index()
  @Column('timestamptz', { name: 'signed_at' })
  readonly signedAt: Date;
}
