import type { RefusalReason } from '@countersign/contracts';
import type { RequestRefusal } from '@countersign/signing';
import type { Answer } from '../http/answer.js';
import type { Exchange } from './exchange.js';
import type { GatewayMetrics } from './gateway-metrics.js';
import type { Refusals } from './refusals.js';
import type { ClaimOutcome, LostClaim } from './replay.js';

/** Decides what is refused and keeps count: for known applications for the trail, for strangers in the figures only. */
export class Judge {
  constructor(
    private readonly refusals: Refusals,
    private readonly metrics: GatewayMetrics,
  ) {}

  /** One of the eight refusals. */
  refuse(exchange: Exchange, refusal: RequestRefusal): Answer {
    this.metrics.refused(refusal);
    const reason = reasons[refusal];
    if (reason !== undefined) this.count(exchange, reason);
    return exchange.dialect.refusals[refusal];
  }

  /** Step 5 after all: what is not known any more is answered as if it had never been, which no key signs. */
  forget(exchange: Exchange): Answer {
    exchange.application = undefined;
    exchange.answerKey = undefined;
    return this.refuse(exchange, 'application-unknown');
  }

  /**
   * What a decided claim lets through. The application may have changed since the request was verified: it is judged
   * by what the claim found to be true.
   */
  settle(exchange: Exchange, outcome: ClaimOutcome): Answer | undefined {
    if (!outcome.isWon) return this.lose(exchange, outcome);
    exchange.application = outcome.application;
    const { answers } = exchange.dialect;
    if (exchange.target.segments === undefined) return this.decline(exchange, 'malformed', answers.targetMalformed);
    const { route } = exchange;
    if (route === undefined) return answers.notFound;
    if (!outcome.application.permissions.has(route.permission)) {
      return this.decline(exchange, 'not_permitted', answers.notPermitted);
    }
    return undefined;
  }

  /** Counts a request that was verified and is answered `answer` all the same. */
  decline(exchange: Exchange, reason: RefusalReason, answer: Answer): Answer {
    this.count(exchange, reason);
    return answer;
  }

  private lose(exchange: Exchange, { application, refusal, answer }: LostClaim): Answer {
    if (refusal !== undefined) this.refuse(exchange, refusal);
    // Not known any more is as if step 5 had refused, which knows no key to sign with.
    if (application === undefined) exchange.answerKey = undefined;
    exchange.application = application;
    return answer;
  }

  private count({ application, address }: Exchange, reason: RefusalReason): void {
    if (application !== undefined) this.refusals.add(application.applicationId, reason, address);
  }
}

/** Refusals of somebody known; the first five are of nobody. */
const reasons: Readonly<Partial<Record<RequestRefusal, RefusalReason>>> = Object.freeze({
  'clock-skewed': 'clock_skew',
  'credentials-invalid': 'invalid_credentials',
  'seen-before': 'replayed',
});
