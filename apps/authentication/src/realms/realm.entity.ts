import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('realm')
export class RealmEntity {
  @PrimaryColumn('uuid', { name: 'realm_id' }) readonly realmId: string;
  @Column('text') readonly name: string;
  @Column('text') readonly profile: string;
  @Column('jsonb') readonly settings: unknown;
  @Column('timestamptz', { name: 'created_at', default: () => 'now()' }) readonly createdAt: Date;
  @Column('timestamptz', { name: 'adopted_at', nullable: true }) readonly adoptedAt: Date | null;
}
