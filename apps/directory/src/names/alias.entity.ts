import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A further name of a user as compared; how it is written stands on the user's row. */
@Entity('user_alias')
export class AliasEntity {
  @PrimaryColumn('uuid') readonly realmId: string;
  @PrimaryColumn('text') readonly aliasKey: string;
  @Column('uuid') readonly userUuid: string;
}
