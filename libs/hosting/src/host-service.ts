import 'reflect-metadata';
import { systemClock, systemRandomness } from '@countersign/clock';
import { type OwningService, productVersion } from '@countersign/contracts';
import { type HashParameters, PasswordHasher } from '@countersign/hashing';
import { Bus, busOptionsOf } from '@countersign/messaging';
import { CountersignServer, MessagingModule } from '@countersign/messaging/server';
import {
  createLogger,
  type Logger,
  Metrics,
  NestLogger,
  type Readiness,
  type RunningService,
  ShutdownStack,
  startHealthServer,
} from '@countersign/observability';
import { Outbox, Relay } from '@countersign/outbox';
import { answersSealedWith, assertMigrated, Database, migrate, PersistenceModule } from '@countersign/persistence';
import { type KeyRingPlace, openKeyRing } from '@countersign/settings';
import type { INestApplicationContext, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type Chore, Chores } from './chores.js';
import { warnUnlessDurable } from './durability.js';
import { serviceModule } from './service-module.js';
import type { HostedServiceSettings } from './service-settings.js';

type Migrations = Parameters<typeof migrate>[0]['migrations'];
type Entities = Parameters<typeof PersistenceModule.forRoot>[0]['entities'];

/** All that tells one service with tables from another. */
export interface ServicePlan {
  /** Also its schema, its role in the database and its user of the bus. */
  readonly service: OwningService;
  readonly settings: HostedServiceSettings;
  readonly keyRing: KeyRingPlace;
  readonly hashing: { readonly parameters: HashParameters; readonly queueLimit: number };
  readonly migrations: Migrations;
  readonly entities: Entities;
  /** Its features, each a Nest module; what they may inject beside their own is in `HostedParts`. */
  readonly features: readonly Type[];
  /** Runs before the first request is taken. */
  readonly prepare?: (app: INestApplicationContext) => Promise<void>;
  /** What is done again and again beside the requests. */
  readonly chores?: (app: INestApplicationContext) => readonly Chore[];
  /** The last thing done when the service closes, while database and bus are still there. */
  readonly finish?: (app: INestApplicationContext) => Promise<void>;
  /** What it needs beside database and bus to be ready. */
  readonly checks?: (app: INestApplicationContext) => Promise<Readiness>;
}

/**
 * Starts a service: brings its schema up to date (or checks that it is), joins the bus, answers its operations,
 * publishes its events, runs its chores and says on an HTTP port how it is. Closes the other way round: health first,
 * then chores, requests under way, the relay that sends their events, hashing threads, and the bus last.
 * @throws whatever keeps it from starting, with nothing left open
 */
export async function hostService(plan: ServicePlan): Promise<RunningService> {
  const { LOG_LEVEL: level, COUNTERSIGN_INSTANCE: instance } = plan.settings;
  const logger = createLogger({ service: plan.service, instance, level });
  const opened = new ShutdownStack(logger);
  try {
    const url = await open(plan, logger, opened);
    return { name: plan.service, url, close: () => opened.closeAll() };
  } catch (error) {
    await opened.closeAll();
    throw error;
  }
}

async function open(plan: ServicePlan, logger: Logger, opened: ShutdownStack): Promise<string> {
  const { service, settings, migrations } = plan;
  const metrics = new Metrics(service);
  metrics.collectProcess();
  const keyRing = openKeyRing(plan.keyRing);
  const url = settings.DATABASE_URL.reveal();
  const ownerUrl = settings.DATABASE_OWNER_URL?.reveal();
  if (ownerUrl !== undefined) await migrate({ url: ownerUrl, schema: service, migrations, logger });
  const bus = opened.keep(await Bus.connect(busOptionsOf(settings, service, `${process.pid}`, logger)));
  const hasher = opened.keep(new PasswordHasher(plan.hashing));
  measureHashing(hasher, metrics);
  const relay = opened.keep(new Relay({ service, url, bus, logger, metrics }));
  const outbox = new Outbox(systemClock, systemRandomness, () => relay.nudge());
  const persistence = PersistenceModule.forRoot({
    url,
    schema: service,
    entities: plan.entities,
    poolSize: settings.DATABASE_POOL_SIZE,
    statementTimeoutMs: settings.DATABASE_STATEMENT_TIMEOUT_MS,
    answerSeal: answersSealedWith(keyRing),
    logger,
    metrics,
  });
  const connections = [MessagingModule.forRoot({ bus, metrics }), persistence];
  const parts = { settings, logger, metrics, keyRing, hasher, outbox };
  const app = opened.keep(
    await NestFactory.createMicroservice(serviceModule(parts, connections, plan.features), {
      strategy: new CountersignServer({ bus, service, version: productVersion, logger, metrics }),
      abortOnError: false,
      logger: new NestLogger(logger),
    }),
  );
  const database = app.get(Database);
  await assertMigrated(database, service, migrations);
  await warnUnlessDurable(database, logger);
  await plan.prepare?.(app);
  await app.listen();
  relay.start();
  startChores(plan, app, logger, metrics, opened);
  const health = await startHealthServer({
    host: settings.COUNTERSIGN_HOST,
    port: settings.COUNTERSIGN_PORT,
    metrics,
    checks: async () => ({
      database: (await database.isUp()) ? 'up' : 'down',
      bus: bus.isUp() ? 'up' : 'down',
      ...(await plan.checks?.(app)),
    }),
  });
  return opened.keep(health).url;
}

function startChores(
  plan: ServicePlan,
  app: INestApplicationContext,
  logger: Logger,
  metrics: Metrics,
  opened: ShutdownStack,
): void {
  const chores = new Chores(logger, metrics);
  opened.keep({
    async close() {
      await chores.close();
      await plan.finish?.(app);
    },
  });
  chores.start(plan.chores?.(app) ?? []);
}

function measureHashing(hasher: PasswordHasher, metrics: Metrics): void {
  metrics.gauge('hashing_queued', 'passwords that wait for a thread', [], (gauge) => gauge.set(hasher.queued));
  metrics.counter(
    'hashing_refused_total',
    'passwords refused because the queue was full, or dropped at their deadline',
    [],
    (counter) => {
      counter.reset();
      counter.inc(hasher.refused);
    },
  );
}
