import { type Logger, LogLimit } from '@countersign/observability';
import type { AnswerMetrics, IgnoreReason } from './answer-metrics.js';

/**
 * Counts what is neither run nor answered, and logs it without a word of its content: once per subject and reason in
 * ten seconds, with the number since, so that a flood of them cannot fill the log.
 */
export class IgnoredRequests {
  private readonly limit = new LogLimit(1, 10_000);

  constructor(
    private readonly logger: Logger | undefined,
    private readonly metrics: AnswerMetrics | undefined,
  ) {}

  note(subject: string, reason: IgnoreReason): void {
    this.metrics?.ignore(subject, reason);
    const leftOut = this.limit.admit(`${subject} ${reason}`);
    if (leftOut !== undefined) this.logger?.warn({ subject, reason, count: leftOut + 1 }, 'requests ignored');
  }
}
