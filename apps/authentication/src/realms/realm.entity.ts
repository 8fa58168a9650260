import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('realm')
export class RealmEntity {
  @PrimaryColumn('uuid') readonly realmId: string;
  /** In lower case. */
  @Column('text') readonly name: string;
  @Column('text') readonly spelledAs: string;
  @Column('text') readonly profile: 'compat' | 'strict';
  @Column('jsonb') readonly settings: object;
  /** Grows with every change of the settings. */
  @Column('integer') readonly settingsVersion: number;
  @Column('timestamptz') readonly createdAt: Date;
}
