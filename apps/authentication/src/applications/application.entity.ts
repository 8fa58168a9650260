import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

@Entity('application')
@Index(['realmId', 'applicationId'])
export class ApplicationEntity {
  @PrimaryColumn('uuid', { name: 'application_id' }) readonly applicationId: string;
  @ForeignKey('realm', 'realmId')
  @Column('uuid', { name: 'realm_id' })
  readonly realmId: string;
  @Column('text') readonly name: string;
  @Column('text', { array: true }) readonly permissions: string[];
  @Column('integer', { default: 1 }) readonly version: number;
  @Column('timestamptz', { name: 'disabled_at', nullable: true }) readonly disabledAt: Date | null;
  @Column('timestamptz', { name: 'created_at', default: () => 'now()' }) readonly createdAt: Date;
}
