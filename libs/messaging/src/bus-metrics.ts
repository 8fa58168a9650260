import type { ProblemCode } from '@countersign/contracts';
import type { Metrics } from '@countersign/observability';
import type { IgnoreReason } from './ignored-requests.js';

/** `ok` or the code of a problem: a closed list, as labels must be. */
export type Outcome = 'ok' | ProblemCode;

/** Figures of what this process asks. Subjects come from the operations, so their number is bounded. */
export class AskMetrics {
  private readonly total;
  private readonly seconds;

  /** @param pending how many asks wait at this moment */
  constructor(metrics: Metrics, pending: () => number) {
    this.total = metrics.counter('bus_asks_total', 'asks on the bus by subject and outcome', ['subject', 'outcome']);
    this.seconds = metrics.histogram('bus_ask_seconds', 'time from ask to answer', ['subject']);
    metrics.gauge('bus_asks_pending', 'asks waiting for their answer', [], (gauge) => gauge.set(pending()));
  }

  asked(subject: string, outcome: Outcome, durationMs: number): void {
    this.total.inc({ subject, outcome });
    this.seconds.observe({ subject }, durationMs / 1_000);
  }
}

/** Figures of what this process answers. */
export class AnswerMetrics {
  private readonly total;
  private readonly seconds;
  private readonly ignored;

  constructor(metrics: Metrics) {
    this.total = metrics.counter('bus_handled_total', 'handled requests by subject and outcome', [
      'subject',
      'outcome',
    ]);
    this.seconds = metrics.histogram('bus_handling_seconds', 'time a handler took', ['subject']);
    this.ignored = metrics.counter(
      'bus_ignored_total',
      'messages neither run nor answered: reply aimed at an inbox that is not the asker, or expired while waiting',
      ['subject', 'reason'],
    );
  }

  handled(subject: string, outcome: Outcome, durationMs: number): void {
    this.total.inc({ subject, outcome });
    this.seconds.observe({ subject }, durationMs / 1_000);
  }

  ignore(subject: string, reason: IgnoreReason): void {
    this.ignored.inc({ subject, reason });
  }
}
