import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('application')
export class ApplicationEntity {
  @PrimaryColumn('uuid') readonly applicationId: string;
  @Column('uuid') readonly realmId: string;
  @Column('integer') readonly version: number;
  @Column('timestamptz', { nullable: true }) readonly disabledAt: Date | null;
  @Column('timestamptz', { nullable: true }) readonly deletedAt: Date | null;
}

@Entity('application_key')
export class ApplicationKeyEntity {
  @PrimaryColumn('uuid') readonly applicationId: string;
  @PrimaryColumn('integer') readonly keyVersion: number;
  @Column('bytea') readonly sealedKey: Buffer;
  @Column('text') readonly sealingKeyId: string;
}
