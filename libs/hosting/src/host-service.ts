import 'reflect-metadata';
import { systemClock, systemRandomness } from '@countersign/clock';
import { productVersion } from '@countersign/contracts';
import { PasswordHasher } from '@countersign/hashing';
import { Bus, busOptionsOf } from '@countersign/messaging';
import { CountersignServer, MessagingModule } from '@countersign/messaging/server';
import {
  createLogger,
  type Logger,
  Metrics,
  NestLogger,
  type RunningService,
  ShutdownStack,
  startHealthServer,
} from '@countersign/observability';
import { Outbox, Relay } from '@countersign/outbox';
import { assertMigrated, Database, migrate, StoreClock, sweepIdempotencyRecords } from '@countersign/persistence';
import { CheckKeyRing, Reseal } from '@countersign/sealed-rows';
import { type Environment, openKeyRing } from '@countersign/settings';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type Job, Jobs } from './jobs.js';
import { serviceModule } from './service-module.js';
import type { ServicePlan } from './service-plan.js';
import { ServiceReadiness } from './service-readiness.js';
import { type HostedServiceSettings, ownSettingsOf } from './service-settings.js';

/**
 * Starts a service: brings its schema up to date (or checks that it is), joins the bus, answers its operations,
 * publishes its events, runs its jobs and says on an HTTP port how it is. Closes the other way round: health first,
 * then jobs, requests under way, the relay that sends their events, hashing threads, and the bus last.
 * @throws SettingsFault, or whatever else keeps it from starting, with nothing left open
 */
export async function hostService(plan: ServicePlan, environment: Environment): Promise<RunningService> {
  const settings = plan.settings.parse(environment);
  const { LOG_LEVEL: level, COUNTERSIGN_INSTANCE: instance } = settings;
  const logger = createLogger({ service: plan.service, instance, level });
  const opened = new ShutdownStack(logger);
  try {
    const url = await open(plan, settings, logger, opened);
    return { name: plan.service, url, close: () => opened.closeAll() };
  } catch (error) {
    await opened.closeAll();
    throw error;
  }
}

async function open(
  plan: ServicePlan,
  settings: HostedServiceSettings,
  logger: Logger,
  opened: ShutdownStack,
): Promise<string> {
  const { service, migrations } = plan;
  const metrics = new Metrics(service);
  metrics.collectProcess();
  const own = ownSettingsOf(service, settings);
  const keyRing = openKeyRing(own.keyRing, (fault) => {
    if (fault === undefined) logger.warn({ keyRing: own.keyRing.file }, 'the key ring can be read again');
    else logger.error({ fault }, 'the key ring cannot be read: the last good one stays in force');
  });
  const url = settings.DATABASE_URL.reveal();
  const ownerUrl = settings.DATABASE_OWNER_URL?.reveal();
  if (ownerUrl !== undefined) await migrate({ url: ownerUrl, schema: service, migrations, logger });
  const busOptions = busOptionsOf(settings, service, `${process.pid}`, logger);
  const bus = opened.keep(await Bus.connect(busOptions));
  const hasher = opened.keep(new PasswordHasher(own.hashing));
  measureHashing(hasher, metrics);
  // Its own, since nats-server stops reading a connection whose message waits for a stream, as it does on a full disk.
  const eventBus = opened.keep(await Bus.connect({ ...busOptions, name: `${busOptions.name}-events` }));
  const relay = opened.keep(new Relay({ service, url, bus: eventBus, logger, metrics }));
  const outbox = new Outbox(systemClock, systemRandomness, () => relay.nudge());
  const messaging = MessagingModule.forRoot({ bus, metrics });
  const parts = { settings, logger, metrics, keyRing, hasher, outbox, messaging };
  // read before the first request
  let storeClock: StoreClock | undefined;
  const storeNow = () => storeClock?.now() ?? Number.NEGATIVE_INFINITY;
  const app = opened.keep(
    await NestFactory.createMicroservice(serviceModule(plan, parts), {
      strategy: new CountersignServer({
        bus,
        service,
        version: productVersion,
        logger,
        metrics,
        together: own.together,
        storeNow,
      }),
      abortOnError: false,
      logger: new NestLogger(logger),
    }),
  );
  const database = app.get(Database);
  await assertMigrated(database, service, migrations);
  await warnUnlessDurable(database, logger);
  const misfit = await app.get(CheckKeyRing).atStart();
  if (misfit !== undefined) logger.error({ keyRing: keyRing.place }, misfit);
  storeClock = new StoreClock(database);
  await storeClock.read();
  await plan.prepare?.(app);
  await app.listen();
  relay.start();
  const jobs = new Jobs(logger, metrics);
  opened.keep({
    async close() {
      await jobs.close();
      await plan.finish?.(app);
    },
  });
  jobs.start([...commonJobs(app, storeClock, own.resealEveryMs), ...(plan.jobs?.(app) ?? [])]);
  const health = await startHealthServer({
    host: settings.COUNTERSIGN_HOST,
    port: settings.COUNTERSIGN_PORT,
    metrics,
    checks: async () => ({ bus: bus.isUp() ? 'up' : 'down', ...(await app.get(ServiceReadiness).checks()) }),
  });
  return opened.keep(health).url;
}

/** What every service does beside its requests; every replica does it, and the database keeps them apart. */
function commonJobs(app: INestApplicationContext, storeClock: StoreClock, resealEveryMs: number): readonly Job[] {
  return [
    { name: 'read the store clock', everyMs: 1_000, run: () => storeClock.read() },
    // at once: a ring that is rotated later is to be known as rotated
    { name: 'reseal', isDueAtStart: true, everyMs: resealEveryMs, run: (mayGoOn) => app.get(Reseal).run(mayGoOn) },
    {
      name: 'sweep idempotency records',
      everyMs: 15 * 60_000,
      run: () => sweepIdempotencyRecords(app.get(Database)),
    },
  ];
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

/** Guarantees G1 and G3 rest on commits that are on the disk when they are acknowledged. */
async function warnUnlessDurable(database: Database, logger: Logger): Promise<void> {
  const [row] = await database.query<{ fsync: string; commit: string }>(
    `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit`,
  );
  if (row?.fsync === 'off' || row?.commit === 'off') {
    logger.warn({ fsync: row.fsync, synchronousCommit: row.commit }, 'postgresql may lose acknowledged commits');
  }
}
