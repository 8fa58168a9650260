import type { Clock } from '@countersign/clock';
import { Bus, Messenger } from '@countersign/messaging';
import { type Logger, Metrics } from '@countersign/observability';
import { type DynamicModule, Module } from '@nestjs/common';
import type { DescribedDialect } from './description/described-dialect.js';
import { DESCRIBED_DIALECTS, DescriptionController } from './description/description.controller.js';
import { openPipeline } from './exchange/open-pipeline.js';
import { Pipeline } from './exchange/pipeline.js';
import { Refusals } from './exchange/refusals.js';
import type { DialectList } from './exchange/routes.js';
import { HealthController } from './health/health.controller.js';
import { ReadinessProbe } from './health/readiness.js';
import type { GatewaySettings } from './settings.js';

export interface GatewayParts {
  readonly settings: GatewaySettings;
  /** Provides `Messenger` and `Bus` everywhere. */
  readonly messaging: DynamicModule;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock?: Clock;
  /** What it speaks; default: every dialect of `dialects/`. */
  readonly dialects?: readonly DescribedDialect[];
}

@Module({})
export class GatewayModule {
  static with(parts: GatewayParts, dialects: DialectList<DescribedDialect>): DynamicModule {
    return {
      module: GatewayModule,
      imports: [parts.messaging],
      controllers: [HealthController, DescriptionController],
      providers: [
        {
          provide: ReadinessProbe,
          inject: [Bus, Messenger],
          useFactory: (bus: Bus, messenger: Messenger) => new ReadinessProbe(bus, messenger, parts.logger),
        },
        { provide: DESCRIBED_DIALECTS, useValue: dialects.all },
        { provide: Metrics, useValue: parts.metrics },
        {
          provide: Refusals,
          inject: [Messenger],
          useFactory: (messenger: Messenger) => new Refusals(messenger, parts.logger),
        },
        {
          provide: Pipeline,
          inject: [Messenger, Refusals],
          useFactory: (messenger: Messenger, refusals: Refusals) =>
            openPipeline(messenger, refusals, { ...parts, dialects }),
        },
      ],
    };
  }
}
