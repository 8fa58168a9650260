import { type Clock, systemClock } from '@countersign/clock';
import type { Messenger } from '@countersign/messaging';
import type { Logger, Metrics } from '@countersign/observability';
import { Addresses } from '../http/addresses.js';
import { BodyBudget } from '../http/body-budget.js';
import { FaultLog } from '../http/fault-log.js';
import { Throttle } from '../http/throttle.js';
import type { GatewaySettings } from '../settings.js';
import type { Dialect } from './dialect.js';
import { DialectSettings } from './dialect-settings.js';
import { FaultAnswers } from './fault-answers.js';
import { GatewayMetrics } from './gateway-metrics.js';
import { Pipeline } from './pipeline.js';
import type { Refusals } from './refusals.js';
import type { DialectList } from './routes.js';
import type { SchemeParts } from './scheme.js';

export interface OpenPipelineParts {
  readonly settings: GatewaySettings;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock?: Clock;
  readonly dialects: DialectList;
}

/** How the parts of a pipeline hang together. */
export function openPipeline(messenger: Messenger, refusals: Refusals, parts: OpenPipelineParts): Pipeline {
  const { settings, logger, dialects, clock = systemClock } = parts;
  const faults = new FaultLog(logger);
  const throttle = new Throttle(settings.REQUEST_CONCURRENCY_LIMIT);
  const bodyBudget = new BodyBudget(Math.max(settings.REQUEST_BODY_BUDGET_BYTES, settings.REQUEST_BODY_LIMIT_BYTES));
  const metrics = new GatewayMetrics(parts.metrics, {
    requestsUnderWay: () => throttle.count,
    unverifiedBodyBytes: () => bodyBudget.takenBytes,
  });
  const spoken = dialects.all.map(({ name }) => name);
  const partsOf = (dialect: Dialect): SchemeParts => {
    const dialectSettings = new DialectSettings({ dialect, spoken, logger });
    const applicationOf: SchemeParts['applicationOf'] = (facts) => dialectSettings.applicationOf(facts);
    return { messenger, clock, settings, faults, metrics, applicationOf };
  };
  return new Pipeline({
    dialects,
    schemes: new Map(dialects.all.map((dialect) => [dialect, dialect.openScheme(partsOf(dialect))])),
    messenger,
    addresses: new Addresses(settings.TRUSTED_PROXIES),
    throttle,
    bodyBudget,
    faultAnswers: new FaultAnswers(faults),
    refusals,
    metrics,
    clock,
    bodyLimitBytes: settings.REQUEST_BODY_LIMIT_BYTES,
    pipelineLimit: settings.PIPELINED_REQUESTS_LIMIT,
    askDeadlineMs: settings.BUS_DEADLINE_MS,
  });
}
