import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** The one arbiter. Unlogged: emptied by PostgreSQL after a crash, which {@link ClaimEpochEntity} makes noticeable. */
@Entity('claim')
export class ClaimEntity {
  @PrimaryColumn('bytea') readonly mac: Buffer;
  @PrimaryColumn('uuid', { name: 'application_id' }) readonly applicationId: string;
  @Index()
  @Column('timestamptz', { name: 'signed_at' })
  readonly signedAt: Date;
}
