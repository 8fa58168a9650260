import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Every id that was ever settled: as a user, or as one that never becomes a user. Rows only come. */
@Entity({ name: 'user_identity' })
export class UserIdentityEntity {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @Column({ type: 'boolean' })
  isWithdrawn: boolean;

  @Column({ type: 'timestamptz', default: () => 'now()' })
  settledAt: Date;
}
