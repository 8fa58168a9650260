import { PasswordHasher } from '@countersign/hashing';
import { type Logger, Metrics } from '@countersign/observability';
import { Outbox } from '@countersign/outbox';
import type { KeyRingSource } from '@countersign/settings';
import { type DynamicModule, Global, Module, type Type } from '@nestjs/common';
import { KEY_RING, LOGGER, SETTINGS } from './tokens.js';

/** What the features of a service find under `SETTINGS`, `LOGGER`, `KEY_RING` and the classes' own names. */
export interface HostedParts {
  /** All settings of the service, parsed. */
  readonly settings: object;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly keyRing: KeyRingSource;
  readonly hasher: PasswordHasher;
  readonly outbox: Outbox;
}

@Global()
@Module({})
class PartsModule {}

@Module({})
class ServiceModule {}

/**
 * The root module of a service: its features, and one global module with the parts that all of them may inject.
 * @param connections the modules of the database and the bus, global themselves
 */
export function serviceModule(
  parts: HostedParts,
  connections: readonly DynamicModule[],
  features: readonly Type[],
): DynamicModule {
  const providers = [
    { provide: SETTINGS, useValue: parts.settings },
    { provide: LOGGER, useValue: parts.logger },
    { provide: Metrics, useValue: parts.metrics },
    { provide: KEY_RING, useValue: parts.keyRing },
    { provide: PasswordHasher, useValue: parts.hasher },
    { provide: Outbox, useValue: parts.outbox },
  ];
  const partsModule = { module: PartsModule, providers, exports: providers };
  return { module: ServiceModule, imports: [partsModule, ...connections, ...features] };
}
