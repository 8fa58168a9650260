import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A request that was handled under an idempotency key, and what it was answered. */
@Entity('handled_request')
export class HandledRequest {
  @PrimaryColumn('bytea', { name: 'key_hash' })
  readonly keyHash: Buffer;

  @Column('text')
  readonly operation: string;

  /** Null only within the transaction that handles the request. */
  @Column('bytea', { name: 'sealed_answer', nullable: true })
  readonly sealedAnswer: Buffer | null;

  @Index('handled_request_handled_at_idx')
  @Column('timestamptz', { name: 'handled_at', default: () => 'now()' })
  readonly handledAt: Date;
}
