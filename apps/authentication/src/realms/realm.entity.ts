import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

@Entity('realm')
@Unique(['name'])
@Index('realm_created_at_idx', ['createdAt'])
export class RealmEntity {
  @PrimaryColumn('uuid', { name: 'realm_id' }) readonly realmId: string;
  @Column('text') readonly name: string;
  @Column('text') readonly profile: string;
  @Column('jsonb') readonly settings: unknown;
  /** Grows with every change of the settings. */
  @Column('integer', { name: 'settings_version', default: 1 }) readonly settingsVersion: number;
  @Column('timestamptz', { name: 'created_at', default: () => 'now()' }) readonly createdAt: Date;
  /** When the directory was known to have the settings as they are. */
  @Column('timestamptz', { name: 'adopted_at', nullable: true }) readonly adoptedAt: Date | null;
}
