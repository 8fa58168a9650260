import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * Every id that was ever settled. One that has no row among the users never becomes a user (again): it was withdrawn, or
 * its user was erased. Rows only come.
 */
@Entity({ name: 'user_identity' })
export class UserIdentityEntity {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @Column({ type: 'timestamptz', default: () => 'now()' })
  settledAt: Date;
}
