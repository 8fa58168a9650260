import { Problem } from '@countersign/contracts';
import type { Queryable } from '@countersign/persistence';
import type { Attempt, AttemptStore, Ending } from './attempt.store.js';
import { failureLimit } from './password.policy.js';

/**
 * A wrong password that is not counted yet. It is counted in the transaction that records it, or alone where that
 * transaction fails: every guess that was checked counts, and a repeated ask is no guess.
 */
export class Mismatch {
  readonly outcome = 'mismatched';
  private ending: Ending | undefined;

  /**
   * @param attempt undefined for a user without a password: there is nothing to count
   * @param lock called with the failure that reaches the limit
   */
  constructor(
    private readonly attempts: AttemptStore,
    private readonly attempt?: Attempt,
    private readonly lock?: () => Promise<void>,
  ) {}

  /** @returns the consecutive failures with this one @throws Problem where no answer may be given any more */
  async count(tx: Queryable): Promise<number> {
    if (this.attempt === undefined) return 0;
    this.ending = await this.attempts.fail(this.attempt, tx);
    if (this.ending === 'ended') throw attemptEnded();
    return this.ending === 'deleted' ? 0 : this.ending;
  }

  /**
   * Ends the attempt, once it is known what became of the transaction.
   * @param isAnswered false: nothing was committed, or that is not known
   */
  async conclude(isAnswered: boolean): Promise<void> {
    if (this.attempt === undefined) return;
    if (!isAnswered) this.ending = await this.attempts.fail(this.attempt);
    else if (this.ending === undefined) await this.attempts.withdraw(this.attempt);
    if (typeof this.ending === 'number' && this.ending >= failureLimit) await this.lock?.();
  }
}

/** The place of the attempt may be another's by now, so what its check found is not told. */
export function attemptEnded(): Problem {
  return new Problem('password.hashing_overloaded', 'the attempt was over before its check');
}
