import type { Metrics } from '@countersign/observability';
import { type Outcome, SubjectMetrics } from '../connection/subject-metrics.js';

/** Metrics of what this process asks. Subjects come from the operations, so their number is bounded. */
export class AskMetrics {
  private readonly subjects: SubjectMetrics;

  /** @param pending how many asks wait at this moment */
  constructor(metrics: Metrics, pending: () => number) {
    this.subjects = new SubjectMetrics(metrics, {
      total: ['bus_asks_total', 'asks on the bus by subject and outcome'],
      seconds: ['bus_ask_seconds', 'time from ask to answer'],
    });
    metrics.gauge('bus_asks_pending', 'asks waiting for their answer', [], (gauge) => gauge.set(pending()));
  }

  asked(subject: string, outcome: Outcome, durationMs: number): void {
    this.subjects.record(subject, outcome, durationMs);
  }
}
