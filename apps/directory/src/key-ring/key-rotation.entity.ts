import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Keys of the ring under which, at one moment, every sealed value was. The row decides that it is told once. */
@Entity({ name: 'key_rotation' })
export class KeyRotationEntity {
  @PrimaryColumn({ type: 'text' })
  keyId: string;

  @Column({ type: 'timestamptz', default: () => 'now()' })
  finishedAt: Date;
}
