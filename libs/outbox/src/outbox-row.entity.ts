import { Column, Entity, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** An event as its change wrote it; `sequence` is the relay's, and null until it has numbered the row. */
@Entity('outbox')
@Unique(['eventId'])
@Unique(['sequence'])
@Index('outbox_unnumbered_idx', ['id'], { where: 'sequence is null' })
@Index('outbox_target_id_idx', ['target'], { where: 'personal is not null' })
export class OutboxRow {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  readonly id: string;

  @Column('uuid')
  readonly eventId: string;

  @Column('text')
  readonly type: string;

  @Column('integer')
  readonly version: number;

  @Column('timestamptz')
  readonly occurredAt: Date;

  @Column('text', { nullable: true })
  readonly realm: string | null;

  @Column('uuid', { nullable: true })
  readonly realmId: string | null;

  @Column('jsonb')
  readonly actor: object;

  @Column('jsonb')
  readonly via: object;

  @Column('jsonb')
  readonly target: object;

  @Column('text')
  readonly outcome: string;

  @Column('text', { nullable: true })
  readonly reason: string | null;

  @Column('jsonb')
  readonly details: object;

  /** Apart from the details, so that it can be sealed per person and erased. */
  @Column('jsonb', { nullable: true })
  readonly personal: object | null;

  @Column('bigint', { nullable: true })
  readonly sequence: string | null;
}
