import type { ProblemCode } from '@countersign/contracts';
import type { Metrics } from '@countersign/observability';

/** `ok` or the code of a problem: a closed list, as labels must be. */
export type Outcome = 'ok' | ProblemCode;

/** Of one subject. */
interface Bound {
  readonly observe: (seconds: number) => void;
  /** Not handed over yet. */
  readonly counts: Map<Outcome, number>;
}

type Name = readonly [name: string, help: string];

/**
 * How often each subject had which outcome, and how long it took. Histograms are bound per subject once, and counts are
 * kept here until they are read: prom-client spells all labels out at every increment, even of a bound counter.
 */
export class SubjectMetrics {
  private readonly bySubject = new Map<string, Bound>();
  private readonly seconds;

  constructor(metrics: Metrics, names: { readonly total: Name; readonly seconds: Name }) {
    this.seconds = metrics.histogram(...names.seconds, ['subject']);
    metrics.counter(...names.total, ['subject', 'outcome'], (total) => {
      for (const [subject, { counts }] of this.bySubject) {
        for (const [outcome, count] of counts) total.inc({ subject, outcome }, count);
        counts.clear();
      }
    });
  }

  /** @param subject one of few */
  record(subject: string, outcome: Outcome, durationMs: number): void {
    const { observe, counts } = this.bySubject.get(subject) ?? this.bind(subject);
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    observe(durationMs / 1_000);
  }

  private bind(subject: string): Bound {
    const { observe } = this.seconds.labels({ subject });
    const bound = { observe, counts: new Map<Outcome, number>() };
    this.bySubject.set(subject, bound);
    return bound;
  }
}
