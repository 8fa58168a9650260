import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** Whose users were erased, so that whoever asks again is told the same; nothing about the person is left in it. */
@Entity({ name: 'erased_user' })
@ForeignKey('UserIdentityEntity', ['id'], ['id'])
export class ErasedUserEntity {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @Column({ type: 'uuid' })
  realmId: string;

  @Column({ type: 'timestamptz', default: () => 'now()' })
  erasedAt: Date;
}
