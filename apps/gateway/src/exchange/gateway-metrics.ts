import type { ClaimVerdict, ProblemCode } from '@countersign/contracts';
import type { Metrics } from '@countersign/observability';

type Counted = { inc(): void };
type Timed = { observe(seconds: number): void };

/** `ok`, the problem of a service, or `other` for what the gateway answers by itself, which the status tells. A closed list. */
export type AnswerOutcome = 'ok' | 'other' | ProblemCode;

/** What is read when the metrics are. */
export interface GatewayLevels {
  readonly requestsUnderWay: () => number;
  /** What of them is taken from the budget. */
  readonly unverifiedBodyBytes: () => number;
}

/** The metrics of a gateway. The series of a set of labels is looked up once, since that costs more than counting. */
export class GatewayMetrics {
  private readonly answersOf: (route: string) => (status: number) => (outcome: AnswerOutcome) => Counted;
  private readonly secondsOf: (route: string) => Timed;
  private readonly refusalsOf: (reason: string) => Counted;
  private readonly claimsOf: (verdict: ClaimVerdict | 'unanswered') => Timed;

  constructor(metrics: Metrics, { requestsUnderWay, unverifiedBodyBytes }: GatewayLevels) {
    const answers = metrics.counter('gateway_answers_total', 'answers by route, HTTP status and outcome', [
      'route',
      'status',
      'outcome',
    ]);
    const seconds = metrics.histogram('gateway_answer_seconds', 'time from the head of a request to its answer', [
      'route',
    ]);
    const refusals = metrics.counter('gateway_refusals_total', 'refused signatures by reason', ['reason']);
    const claims = metrics.histogram('gateway_claim_seconds', 'time until the replay store decided', ['verdict']);
    metrics.gauge('gateway_requests_under_way', 'verified requests under way', [], (gauge) =>
      gauge.set(requestsUnderWay()),
    );
    metrics.gauge('gateway_unverified_body_bytes', 'memory of bodies that are not verified yet', [], (gauge) =>
      gauge.set(unverifiedBodyBytes()),
    );
    this.answersOf = kept((route) =>
      kept((status) => kept((outcome) => answers.labels(route, String(status), outcome))),
    );
    this.secondsOf = kept((route) => seconds.labels(route));
    this.refusalsOf = kept((reason) => refusals.labels(reason));
    this.claimsOf = kept((verdict) => claims.labels(verdict));
  }

  answered(route: string, status: number, outcome: AnswerOutcome, tookMs: number): void {
    this.answersOf(route)(status)(outcome).inc();
    this.secondsOf(route).observe(tookMs / 1_000);
  }

  refused(reason: string): void {
    this.refusalsOf(reason).inc();
  }

  claimed(verdict: ClaimVerdict | 'unanswered', tookMs: number): void {
    this.claimsOf(verdict).observe(tookMs / 1_000);
  }
}

function kept<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const values = new Map<Key, Value>();
  return (key) => {
    let value = values.get(key);
    if (value === undefined) {
      value = make(key);
      values.set(key, value);
    }
    return value;
  };
}
