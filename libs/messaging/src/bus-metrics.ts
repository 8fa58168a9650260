import type { ProblemCode } from '@countersign/contracts';
import type { Metrics } from '@countersign/observability';
import type { IgnoreReason } from './ignored-requests.js';
import { SubjectFigures } from './subject-figures.js';

/** `ok` or the code of a problem: a closed list, as labels must be. */
export type Outcome = 'ok' | ProblemCode;

/** Figures of what this process asks. Subjects come from the operations, so their number is bounded. */
export class AskMetrics {
  private readonly figures: SubjectFigures;

  /** @param pending how many asks wait at this moment */
  constructor(metrics: Metrics, pending: () => number) {
    this.figures = new SubjectFigures(metrics, {
      total: ['bus_asks_total', 'asks on the bus by subject and outcome'],
      seconds: ['bus_ask_seconds', 'time from ask to answer'],
    });
    metrics.gauge('bus_asks_pending', 'asks waiting for their answer', [], (gauge) => gauge.set(pending()));
  }

  asked(subject: string, outcome: Outcome, durationMs: number): void {
    this.figures.record(subject, outcome, durationMs);
  }
}

/** Figures of what this process answers. */
export class AnswerMetrics {
  private readonly figures: SubjectFigures;
  private readonly ignored;

  /** @param load how many requests run and wait at this moment */
  constructor(metrics: Metrics, load: () => { readonly running: number; readonly waiting: number }) {
    metrics.gauge('bus_requests_running', 'requests that are handled at this moment', [], (gauge) =>
      gauge.set(load().running),
    );
    metrics.gauge('bus_requests_waiting', 'requests that wait for a place', [], (gauge) => gauge.set(load().waiting));
    this.figures = new SubjectFigures(metrics, {
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
    this.figures.record(subject, outcome, durationMs);
  }

  ignore(subject: string, reason: IgnoreReason): void {
    this.ignored.inc({ subject, reason });
  }
}
