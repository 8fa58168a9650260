import 'reflect-metadata';
import { systemClock, systemRandomness } from '@countersign/clock';
import { PasswordHasher } from '@countersign/hashing';
import { ownSettingsOf, type ServicePlan, serviceModule } from '@countersign/hosting';
import { Messenger } from '@countersign/messaging';
import { Metrics } from '@countersign/observability';
import { Outbox } from '@countersign/outbox';
import { Database, migrate } from '@countersign/persistence';
import type { Environment } from '@countersign/settings';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { databaseWithRoles, type ServiceTestDatabase } from '../test-database.js';
import { testLogger } from '../test-logger.js';
import { RotatingKeyRing } from './rotating-key-ring.js';

export interface OpenServiceOptions {
  /** Settings that a spec wants otherwise than `specEnvironment` has them. */
  readonly environment?: Environment;
  readonly keyRing?: RotatingKeyRing;
  readonly hasher?: PasswordHasher;
  /** Answers what the service asks of others. */
  readonly messenger?: object;
}

/** One replica of a service, without the bus and the jobs: its use cases and stores as production has them. */
export interface OpenService {
  readonly keyRing: RotatingKeyRing;
  readonly database: Database;
  get<T>(type: Type<T>): T;
  close(): Promise<void>;
}

class SpecMessagingModule {}

/** A database of a spec's own, with the schema of the service in it. */
export async function serviceDatabase(plan: ServicePlan): Promise<ServiceTestDatabase> {
  const place = await databaseWithRoles(plan.service);
  await migrateService(plan, place.ownerUrl);
  return place;
}

export function migrateService({ service, migrations }: ServicePlan, ownerUrl: string): Promise<string[]> {
  return migrate({ url: ownerUrl, schema: service, migrations, logger: testLogger() });
}

/** Opens the plan that production starts, on a database that is migrated. */
export async function openService(
  plan: ServicePlan,
  runtimeUrl: string,
  options: OpenServiceOptions = {},
): Promise<OpenService> {
  const settings = plan.settings.parse({ ...specEnvironment(plan, runtimeUrl), ...options.environment });
  const keyRing = options.keyRing ?? new RotatingKeyRing();
  const hasher = options.hasher ?? new PasswordHasher({ ...ownSettingsOf(plan.service, settings).hashing, threads: 1 });
  const providers = [{ provide: Messenger, useValue: options.messenger ?? {} }];
  const root = serviceModule(plan, {
    settings,
    logger: testLogger(),
    metrics: new Metrics(plan.service),
    keyRing,
    hasher,
    outbox: new Outbox(systemClock, systemRandomness),
    messaging: { module: SpecMessagingModule, global: true, providers, exports: providers },
    // specs ask hundreds of things at once, on machines that do other things too: a busy machine is no outage
    connectTimeoutMs: 30_000,
  });
  const app = await NestFactory.createApplicationContext(root, { abortOnError: false, logger: false });
  await plan.prepare?.(app);
  return {
    keyRing,
    database: app.get(Database),
    get: (type) => app.get(type),
    close: async () => {
      await app.close();
      await hasher.close();
    },
  };
}

/** Hashes are cheap, statements may take long, and the bus is not there. */
function specEnvironment({ service }: ServicePlan, runtimeUrl: string): Environment {
  const own = service.toUpperCase();
  return {
    NATS_URL: 'nats://127.0.0.1:4222',
    DATABASE_URL: runtimeUrl,
    DATABASE_STATEMENT_TIMEOUT_MS: '30000',
    [`${own}_ARGON2_MEMORY_KIB`]: '64',
    [`${own}_ARGON2_ITERATIONS`]: '1',
    [`${own}_HASHING_QUEUE_LIMIT`]: '300',
  };
}
