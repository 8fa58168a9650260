import { monotonicMs } from '@countersign/clock';
import type { Logger } from '@countersign/observability';
import type { AnswerMetrics, IgnoreReason } from './answer-metrics.js';

const quietMs = 10_000;

/**
 * Counts what is neither run nor answered, and logs it without a word of its content: once per subject and reason in
 * ten seconds, with the number since, so that nobody can fill the log.
 */
export class IgnoredRequests {
  private readonly seen = new Map<string, { since: number; quietUntil: number }>();

  constructor(
    private readonly logger: Logger | undefined,
    private readonly metrics: AnswerMetrics | undefined,
  ) {}

  note(subject: string, reason: IgnoreReason): void {
    this.metrics?.ignore(subject, reason);
    const key = `${subject} ${reason}`;
    const seen = this.seen.get(key) ?? { since: 0, quietUntil: 0 };
    this.seen.set(key, seen);
    seen.since += 1;
    const now = monotonicMs();
    if (now < seen.quietUntil) return;
    this.logger?.warn({ subject, reason, count: seen.since }, 'requests ignored');
    seen.since = 0;
    seen.quietUntil = now + quietMs;
  }
}
