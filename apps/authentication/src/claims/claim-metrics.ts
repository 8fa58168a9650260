import type { ClaimVerdict } from '@countersign/contracts';
import { LOGGER } from '@countersign/hosting';
import { type Logger, Metrics } from '@countersign/observability';
import { Inject, Injectable } from '@nestjs/common';

/** How claims end, for operators. */
@Injectable()
export class ClaimMetrics {
  private readonly verdicts;

  constructor(
    metrics: Metrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.verdicts = metrics.counter('claims_total', 'claims of request signatures, by verdict', ['verdict']);
  }

  count(verdict: ClaimVerdict): void {
    this.verdicts.inc({ verdict });
  }

  /** A fault that is not a missing store: the statement itself is wrong. */
  noteFault(error: unknown): void {
    this.logger.error({ err: error }, 'the claim statement failed');
  }
}
