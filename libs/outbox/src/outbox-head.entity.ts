import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The one row that says how far a service's events are numbered and published. */
@Entity('outbox_head')
export class OutboxHead {
  @PrimaryColumn('boolean', { default: true })
  readonly isOnly: boolean;

  @Column('text')
  readonly source: string;

  /** Of the event that was numbered last. */
  @Column('bigint', { default: 0 })
  readonly lastSequence: string;

  /** All up to here were taken by JetStream; never goes back. */
  @Column('bigint', { default: 0 })
  readonly publishedSequence: string;

  /** Highest sequence of each stream that was seen in an acknowledgement: a lower one later says it was rewound. */
  @Column('jsonb', { default: {} })
  readonly streamSequences: Readonly<Record<string, number>>;

  /** When how much had been acknowledged: see `publish-marks.ts`. */
  @Column('jsonb', { default: [] })
  readonly marks: readonly object[];
}
