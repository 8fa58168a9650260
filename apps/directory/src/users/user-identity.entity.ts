import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Every id that was ever settled: as a user, or as one that never becomes a user. Rows only come. */
@Entity({ name: 'user_identity' })
export class UserIdentityEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'user_identity_pkey' })
  id: string;

  @Column({ name: 'is_withdrawn', type: 'boolean' })
  isWithdrawn: boolean;

  @Column({ name: 'settled_at', type: 'timestamptz', default: () => 'now()' })
  settledAt: Date;
}
