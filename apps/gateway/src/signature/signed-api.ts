import { type Clock, systemClock } from '@countersign/clock';
import type { Messenger } from '@countersign/messaging';
import type { Logger, Metrics } from '@countersign/observability';
import { Addresses } from '../http/addresses.js';
import { BodyBudget } from '../http/body-budget.js';
import { FaultLog } from '../http/fault-log.js';
import type { RequestTarget } from '../http/request-target.js';
import { Throttle } from '../http/throttle.js';
import type { GatewaySettings } from '../settings.js';
import { ApplicationKeys } from './application-keys.js';
import type { Dialect } from './dialect.js';
import { GatewayMetrics } from './gateway-metrics.js';
import { Judge } from './judge.js';
import { OnBehalf } from './on-behalf.js';
import { Refusals } from './refusals.js';
import { Replay } from './replay.js';
import { RequestGuard } from './request.guard.js';
import { ResponseHook } from './response.hook.js';

export interface SignedApiParts {
  readonly settings: GatewaySettings;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock?: Clock;
  /** In whose words a request is answered. */
  readonly dialectOf: (target: RequestTarget) => Dialect;
}

/** Both directions of the signed API, and how their parts hang together. */
export class SignedApi {
  readonly faults: FaultLog;
  readonly throttle: Throttle;
  readonly refusals: Refusals;
  readonly judge: Judge;
  readonly guard: RequestGuard;
  readonly hook: ResponseHook;
  readonly onBehalf: OnBehalf;

  constructor(messenger: Messenger, parts: SignedApiParts) {
    const { settings, logger, metrics, clock = systemClock, dialectOf } = parts;
    this.faults = new FaultLog(logger);
    this.throttle = new Throttle(settings.REQUEST_CONCURRENCY_LIMIT);
    this.refusals = new Refusals(messenger, logger);
    const bodyBudget = new BodyBudget(Math.max(settings.REQUEST_BODY_BUDGET_BYTES, settings.REQUEST_BODY_LIMIT_BYTES));
    const figures = new GatewayMetrics(metrics, {
      requestsUnderWay: () => this.throttle.count,
      unverifiedBodyBytes: () => bodyBudget.takenBytes,
    });
    this.judge = new Judge(this.refusals, figures);
    const applicationKeys = new ApplicationKeys(messenger, { size: settings.APPLICATION_CACHE_SIZE });
    const replay = new Replay(messenger, applicationKeys, {
      deadlineMs: settings.CLAIM_DEADLINE_MS,
      faults: this.faults,
      observe: (verdict, tookMs) => figures.claimed(verdict, tookMs),
    });
    this.guard = new RequestGuard(applicationKeys, replay, this.throttle, this.judge, {
      addresses: new Addresses(settings.TRUSTED_PROXIES),
      dialectOf,
      clock,
      skewMs: settings.CLOCK_SKEW_SECONDS * 1_000,
      bodyLimitBytes: settings.REQUEST_BODY_LIMIT_BYTES,
      bodyBudget,
      pipelineLimit: settings.PIPELINED_REQUESTS_LIMIT,
    });
    this.hook = new ResponseHook(this.judge, figures, clock);
    this.onBehalf = new OnBehalf(messenger, settings.BUS_DEADLINE_MS);
  }

  /** Nothing new is begun from now on. */
  close(): void {
    this.guard.close();
    this.hook.close();
  }
}
