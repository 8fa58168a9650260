import type { RefusalReason } from '@countersign/contracts';
import type { RequestRefusal } from '@countersign/signing';
import type { FastifyRequest } from 'fastify';
import type { Answer } from '../http/answer.js';
import { answers, refusalAnswers } from '../secureauth/contract.js';
import type { Exchange } from './exchange.js';
import type { GatewayMetrics } from './gateway-metrics.js';
import type { Refusals } from './refusals.js';
import type { ClaimOutcome } from './replay.js';
import { signedRouteOf } from './signed-route.js';

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
    return refusalAnswers[refusal];
  }

  /**
   * What a decided claim lets through. The application may have changed since the request was verified: it is judged
   * by what the claim found to be true.
   */
  settle(exchange: Exchange, outcome: ClaimOutcome, request: FastifyRequest): Answer | undefined {
    if (!outcome.isWon) return this.lose(exchange, outcome);
    exchange.application = outcome.application;
    if (exchange.target.segments === undefined) return this.decline(exchange, 'malformed', answers.malformedTarget);
    const route = signedRouteOf(request);
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

  private lose(exchange: Exchange, { application, answer }: ClaimOutcome & { readonly isWon: false }): Answer {
    const refusal = refusalOf(answer);
    if (refusal !== undefined) this.refuse(exchange, refusal);
    if (application === undefined) {
      // Not known any more: as if step 5 had refused, and step 5 knows no key to sign with.
      delete exchange.application;
      delete exchange.answerKey;
    }
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

function refusalOf(answer: Answer): RequestRefusal | undefined {
  const entry = Object.entries(refusalAnswers).find(([, candidate]) => candidate === answer);
  return entry?.[0] as RequestRefusal | undefined;
}
