import { commonOperations, realmKeepers } from '@countersign/contracts';
import { PasswordHasher } from '@countersign/hashing';
import { handlerOf } from '@countersign/messaging/server';
import { type Logger, Metrics } from '@countersign/observability';
import { listEvents, Outbox } from '@countersign/outbox';
import { Database, PersistenceModule, showSession } from '@countersign/persistence';
import { RealmsModule } from '@countersign/realms';
import { answersSealedBy, CheckKeyRing, idempotencyAnswers, SealedRowsModule, Sealer } from '@countersign/sealed-rows';
import type { KeyRingSource } from '@countersign/settings';
import { type DynamicModule, type FactoryProvider, Global, Module } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { ServicePlan } from './service-plan.js';
import { ServiceReadiness } from './service-readiness.js';
import type { HostedServiceSettings } from './service-settings.js';
import { LOGGER, SETTINGS } from './tokens.js';

/** What has been opened for a service before its features are made. */
export interface ServiceParts {
  readonly settings: HostedServiceSettings;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly keyRing: KeyRingSource;
  readonly hasher: PasswordHasher;
  readonly outbox: Outbox;
  /** A global module that gives the `Messenger`. */
  readonly messaging: DynamicModule;
  /** Longest wait for a connection to the database. */
  readonly connectTimeoutMs?: number;
}

@Global()
@Module({})
class PartsModule {}

@Module({})
class ServiceModule {}

/**
 * The root module of a service. Its features may inject `SETTINGS`, `LOGGER`, `Metrics`, `PasswordHasher`,
 * `Outbox`, `Messenger`, `Database`, `UnitOfWork` and `Sealer`, and `FindRealm` where the service
 * keeps realms. It answers what every service answers about itself.
 */
export function serviceModule(plan: ServicePlan, parts: ServiceParts): DynamicModule {
  const { service } = plan;
  const { settings, logger, metrics } = parts;
  const sealer = new Sealer(parts.keyRing);
  const providers = [
    { provide: SETTINGS, useValue: settings },
    { provide: LOGGER, useValue: logger },
    { provide: Metrics, useValue: metrics },
    { provide: PasswordHasher, useValue: parts.hasher },
    { provide: Outbox, useValue: parts.outbox },
  ];
  const persistence = PersistenceModule.forRoot({
    url: settings.DATABASE_URL.reveal(),
    schema: service,
    entities: plan.entities,
    poolSize: settings.DATABASE_POOL_SIZE,
    statementTimeoutMs: settings.DATABASE_STATEMENT_TIMEOUT_MS,
    ...(parts.connectTimeoutMs !== undefined && { connectTimeoutMs: parts.connectTimeoutMs }),
    answerSeal: answersSealedBy(sealer),
    logger,
    metrics,
  });
  const columns = [...plan.sealedColumns, idempotencyAnswers];
  const keeper = realmKeepers.find((name) => name === service);
  const realms = keeper === undefined ? [] : [RealmsModule.forRoot(keeper, plan.realmColumns)];
  const eventList = handlerOf(commonOperations[service].listEvents, Database, (database, request, { caller }) =>
    listEvents(database, service, caller, request),
  );
  const databaseShow = handlerOf(commonOperations[service].showDatabase, Database, (database) =>
    showSession(database, service),
  );
  const readinessShow = handlerOf(commonOperations[service].showReadiness, ServiceReadiness, (by) => by.show());
  return {
    module: ServiceModule,
    imports: [
      { module: PartsModule, providers, exports: providers },
      parts.messaging,
      persistence,
      SealedRowsModule.forRoot({ service, columns, sealer, logger }),
      ...realms,
      ...plan.features,
    ],
    providers: [readinessProvider(plan, logger)],
    controllers: [eventList, databaseShow, readinessShow],
  };
}

function readinessProvider({ checks }: ServicePlan, logger: Logger): FactoryProvider {
  return {
    provide: ServiceReadiness,
    inject: [Database, CheckKeyRing, ModuleRef],
    useFactory: (database: Database, keyRing: CheckKeyRing, module: ModuleRef) => {
      const own = async () => (await checks?.((provider) => module.get(provider, { strict: false }))) ?? {};
      return new ServiceReadiness(database, keyRing, own, logger);
    },
  };
}
