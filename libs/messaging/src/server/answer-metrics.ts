import type { Metrics } from '@countersign/observability';
import { type Outcome, SubjectMetrics } from '../connection/subject-metrics.js';

/** Why a request was neither run nor answered. */
export type IgnoreReason = 'foreign_inbox' | 'expired';

/** Metrics of the operations that this process answers. */
export class AnswerMetrics {
  private readonly subjects: SubjectMetrics;
  private readonly ignored;

  /** @param load how many requests run and wait at this moment */
  constructor(metrics: Metrics, load: () => { readonly running: number; readonly waiting: number }) {
    metrics.gauge('bus_requests_running', 'requests that are handled at this moment', [], (gauge) =>
      gauge.set(load().running),
    );
    metrics.gauge('bus_requests_waiting', 'requests that wait for a place', [], (gauge) => gauge.set(load().waiting));
    this.subjects = new SubjectMetrics(metrics, {
      total: ['bus_handled_total', 'handled requests by subject and outcome'],
      seconds: ['bus_handling_seconds', 'time a handler took'],
    });
    this.ignored = metrics.counter(
      'bus_ignored_total',
      "messages neither run nor answered: reply aimed at an inbox that is not the asker's, or expired while waiting",
      ['subject', 'reason'],
    );
  }

  handled(subject: string, outcome: Outcome, durationMs: number): void {
    this.subjects.record(subject, outcome, durationMs);
  }

  ignore(subject: string, reason: IgnoreReason): void {
    this.ignored.inc({ subject, reason });
  }
}
