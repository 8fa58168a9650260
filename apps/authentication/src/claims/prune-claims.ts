import { monotonicMs, systemClock } from '@countersign/clock';
import { SETTINGS } from '@countersign/hosting';
import { Inject, Injectable } from '@nestjs/common';
import type { AuthenticationSettings } from '../settings.js';
import { ClaimEpochStore } from './claim-epoch.store.js';

const chunk = 5_000;
const extraKeepSeconds = 10;
const marginMs = 5_000;

/**
 * Forgets claims whose date no clock will find fresh again. First the date up to which all is stale for good is
 * committed; the rows go in a later round, when no statement is left that could have read the older date: so neither a
 * statement that was held up nor a clock that is set back can win with a row that has just gone.
 */
@Injectable()
export class PruneClaims {
  private committed: { readonly through: Date; readonly at: number } | undefined;

  constructor(
    private readonly epochs: ClaimEpochStore,
    @Inject(SETTINGS) private readonly settings: AuthenticationSettings,
  ) {}

  /** Run about every half minute. @returns how many claims went */
  async prune(): Promise<number> {
    const { AUTHENTICATION_SKEW_SECONDS: skewSeconds, DATABASE_STATEMENT_TIMEOUT_MS: timeoutMs } = this.settings;
    let pruned = 0;
    if (this.committed !== undefined) {
      if (monotonicMs() - this.committed.at < timeoutMs + marginMs) return 0;
      for (let deleted = chunk; deleted >= chunk; pruned += deleted) {
        deleted = await this.epochs.deleteThrough(this.committed.through, chunk);
      }
    }
    const through = await this.epochs.movePrunedThrough(skewSeconds + extraKeepSeconds, systemClock.now());
    this.committed = through === undefined ? undefined : { through, at: monotonicMs() };
    return pruned;
  }
}
