import type { ClaimVerdict } from '@countersign/contracts';
import { LOGGER } from '@countersign/hosting';
import { type Logger, Metrics } from '@countersign/observability';
import { Inject, Injectable } from '@nestjs/common';

/** How claims end: verdicts for operators, and replays by application until they are reported. */
@Injectable()
export class ClaimTally {
  private readonly verdicts;
  private replays = new Map<string, number>();

  constructor(
    metrics: Metrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.verdicts = metrics.counter('claims_total', 'claims of request signatures, by verdict', ['verdict']);
  }

  count(applicationId: string, verdict: ClaimVerdict): void {
    this.verdicts.inc({ verdict });
    if (verdict === 'replayed') this.addReplays(applicationId, 1);
  }

  /** A fault that is not a missing store: the statement itself is wrong. */
  noteFault(error: unknown): void {
    this.logger.error({ err: error }, 'the claim statement failed');
  }

  /** Hands over the replays that were counted, and begins anew. */
  takeReplays(): ReadonlyMap<string, number> {
    const taken = this.replays;
    this.replays = new Map();
    return taken;
  }

  /** Puts back what could not be reported. */
  putBackReplays(counts: ReadonlyMap<string, number>): void {
    for (const [applicationId, count] of counts) this.addReplays(applicationId, count);
  }

  private addReplays(applicationId: string, count: number): void {
    this.replays.set(applicationId, (this.replays.get(applicationId) ?? 0) + count);
  }
}
