import type { AnswerSeal } from '@countersign/persistence';
import { sealedColumn } from './sealed-column.js';
import type { Sealer } from './sealer.js';

/**
 * The answers that `UnitOfWork.once` keeps for a day, in every service: a key that leaves the ring while it guards some
 * would turn the repetition of a request that was done into an error.
 */
export const idempotencyAnswers = sealedColumn({
  table: 'idempotency_record',
  column: 'sealed_answer',
  key: { key_hash: 'bytea' },
  isTransient: true,
});

/** Seals them with the service's key ring. */
export function answersSealedBy(sealer: Sealer): AnswerSeal {
  return {
    get currentKeyId() {
      return sealer.currentKeyId;
    },
    seal: (row, plaintext) => sealer.seal(idempotencyAnswers.at(row), plaintext),
    open: (row, sealed) => sealer.open(idempotencyAnswers.at(row), sealed).toString(),
  };
}
