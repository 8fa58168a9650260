import { type Clock, systemClock } from '@countersign/clock';
import { Messenger } from '@countersign/messaging';
import { type Logger, Metrics } from '@countersign/observability';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { HealthController } from './health/health.controller.js';
import { ReadinessProbe } from './health/readiness.js';
import { Addresses } from './http/addresses.js';
import { FaultLog } from './http/fault-log.js';
import { ProblemFilter } from './http/problem.filter.js';
import { Throttle } from './http/throttle.js';
import { PasswordsController } from './secureauth/passwords.controller.js';
import { UsersController } from './secureauth/users.controller.js';
import type { GatewaySettings } from './settings.js';
import { ApplicationKeys } from './signature/application-keys.js';
import { GatewayMetrics } from './signature/gateway-metrics.js';
import { Judge } from './signature/judge.js';
import { OnBehalf } from './signature/on-behalf.js';
import { Refusals } from './signature/refusals.js';
import { Replay } from './signature/replay.js';
import { RequestGuard } from './signature/request.guard.js';
import { ResponseHook } from './signature/response.hook.js';

export interface GatewayParts {
  readonly settings: GatewaySettings;
  /** Gives `Messenger` and `Bus` to everybody. */
  readonly messaging: DynamicModule;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock?: Clock;
}

/** The parts of a gateway and how they hang together. */
@Module({})
export class GatewayModule {
  static with(parts: GatewayParts): DynamicModule {
    return {
      module: GatewayModule,
      imports: [parts.messaging],
      controllers: [HealthController, UsersController, PasswordsController],
      providers: [{ provide: Metrics, useValue: parts.metrics }, ReadinessProbe, ...signatureProviders(parts)],
    };
  }
}

function signatureProviders({ settings, logger, metrics, clock = systemClock }: GatewayParts): Provider[] {
  const faults = new FaultLog(logger);
  const throttle = new Throttle(settings.REQUEST_CONCURRENCY_LIMIT);
  const figures = new GatewayMetrics(metrics, () => throttle.count);
  const guardOptions = {
    addresses: new Addresses(settings.TRUSTED_PROXIES),
    clock,
    skewMs: settings.CLOCK_SKEW_SECONDS * 1_000,
    bodyLimitBytes: settings.REQUEST_BODY_LIMIT_BYTES,
  };
  return [
    { provide: Throttle, useValue: throttle },
    made(Refusals, [Messenger], (messenger: Messenger) => new Refusals(messenger, logger)),
    made(Judge, [Refusals], (refusals: Refusals) => new Judge(refusals, figures)),
    made(ApplicationKeys, [Messenger], (messenger: Messenger) => {
      return new ApplicationKeys(messenger, { size: settings.APPLICATION_CACHE_SIZE });
    }),
    made(Replay, [Messenger, ApplicationKeys], (messenger: Messenger, keys: ApplicationKeys) => {
      const observe = figures.claimed.bind(figures);
      return new Replay(messenger, keys, { deadlineMs: settings.CLAIM_DEADLINE_MS, faults, observe });
    }),
    made(RequestGuard, [ApplicationKeys, Replay, Judge], (keys: ApplicationKeys, replay: Replay, judge: Judge) => {
      return new RequestGuard(keys, replay, throttle, judge, guardOptions);
    }),
    made(ResponseHook, [Judge], (judge: Judge) => new ResponseHook(judge, figures, clock)),
    made(ProblemFilter, [Judge], (judge: Judge) => new ProblemFilter(judge, faults)),
    made(OnBehalf, [Messenger], (messenger: Messenger) => new OnBehalf(messenger, settings.BUS_DEADLINE_MS)),
  ];
}

type Token = abstract new (...parts: never[]) => object;

function made(provide: Token, inject: Token[], useFactory: (...parts: never[]) => object): Provider {
  return { provide, inject, useFactory: useFactory as (...parts: unknown[]) => object };
}
