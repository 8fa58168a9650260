import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A request that was handled under an idempotency key, and what it was answered. */
@Entity('idempotency_record')
export class IdempotencyRecord {
  @PrimaryColumn('bytea', { name: 'key_hash' })
  readonly keyHash: Buffer;

  @Column('text')
  readonly operation: string;

  /** Null only within the transaction that handles the request. */
  @Column('bytea', { name: 'sealed_answer', nullable: true })
  readonly sealedAnswer: Buffer | null;

  /** Of the key ring; null where answers are kept in clear. */
  @Index('idempotency_record_sealing_key_id_idx')
  @Column('text', { name: 'sealing_key_id', nullable: true })
  readonly sealingKeyId: string | null;

  @Index('idempotency_record_handled_at_idx')
  @Column('timestamptz', { name: 'handled_at', default: () => 'now()' })
  readonly handledAt: Date;
}
