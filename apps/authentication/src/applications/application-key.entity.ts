import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

@Entity('application_key')
export class ApplicationKeyEntity {
  @ForeignKey('application', 'applicationId')
  @PrimaryColumn('uuid', { name: 'application_id' })
  readonly applicationId: string;
  @PrimaryColumn('integer', { name: 'key_version' }) readonly keyVersion: number;
  @Column('bytea', { name: 'sealed_key' }) readonly sealedKey: Buffer;
  @Index()
  @Column('text', { name: 'sealing_key_id' })
  readonly sealingKeyId: string;
  @Column('timestamptz', { name: 'created_at', default: () => 'now()' }) readonly createdAt: Date;
  @Column('timestamptz', { name: 'expires_at', nullable: true }) readonly expiresAt: Date | null;
}
