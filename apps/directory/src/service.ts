import 'reflect-metadata';
import { systemClock, systemRandomness } from '@countersign/clock';
import { PasswordHasher } from '@countersign/hashing';
import { Bus, CountersignServer } from '@countersign/messaging';
import {
  createLogger,
  type Logger,
  Metrics,
  NestLogger,
  type RunningService,
  startHealthServer,
} from '@countersign/observability';
import { Outbox, Relay } from '@countersign/outbox';
import { assertMigrated, Database, migrate } from '@countersign/persistence';
import { openKeyRing } from '@countersign/settings';
import { NestFactory } from '@nestjs/core';
import { DirectoryModule } from './directory.module.js';
import { migrations } from './migrations/migrations.js';
import type { DirectorySettings } from './settings.js';

export { type DirectorySettings, settings } from './settings.js';

const service = 'directory';

/** What has been opened, to be closed the other way round. */
type Opened = { close(): Promise<unknown> }[];

/**
 * Starts the directory: brings the schema up to date (or checks that it is), joins the bus, answers its operations and
 * publishes its events.
 * @throws whatever keeps it from starting, with nothing left open
 */
export async function startDirectory(settings: DirectorySettings): Promise<RunningService> {
  const logger = createLogger({ service, level: settings.LOG_LEVEL });
  const opened: Opened = [];
  try {
    const url = await open(settings, logger, opened);
    return { name: service, url, close: () => closeAll(opened, logger) };
  } catch (error) {
    await closeAll(opened, logger);
    throw error;
  }
}

async function open(settings: DirectorySettings, logger: Logger, opened: Opened): Promise<string> {
  const metrics = new Metrics(service);
  const keyRing = openKeyRing(keyRingPlace(settings));
  const ownerUrl = settings.DATABASE_OWNER_URL?.reveal();
  if (ownerUrl !== undefined) await migrate({ url: ownerUrl, schema: service, migrations, logger });
  const bus = keep(opened, await joinBus(settings, logger));
  const hasher = keep(opened, openHasher(settings));
  const relay = keep(opened, new Relay({ service, url: settings.DATABASE_URL.reveal(), bus, logger, metrics }));
  const outbox = new Outbox(systemClock, systemRandomness, () => relay.nudge());
  const app = keep(
    opened,
    await NestFactory.createMicroservice(
      DirectoryModule.forRoot({ settings, bus, logger, metrics, keyRing, hasher, outbox }),
      {
        strategy: new CountersignServer({ bus, service, logger, metrics }),
        abortOnError: false,
        logger: new NestLogger(logger),
      },
    ),
  );
  const database = app.get(Database);
  await assertMigrated(database, service, migrations);
  await app.listen();
  relay.start();
  const health = keep(
    opened,
    await startHealthServer({
      host: settings.COUNTERSIGN_HOST,
      port: settings.COUNTERSIGN_PORT,
      metrics,
      checks: async () => ({ database: (await database.isUp()) ? 'up' : 'down', bus: bus.isUp() ? 'up' : 'down' }),
    }),
  );
  return health.url;
}

function keep<T extends { close(): Promise<unknown> }>(opened: Opened, part: T): T {
  opened.push(part);
  return part;
}

/** Health first, then requests that run, the relay that sends their events, the hashing threads, and the bus last. */
async function closeAll(opened: Opened, logger: Logger): Promise<void> {
  for (const part of opened.splice(0).reverse()) {
    await part.close().catch((error: unknown) => logger.error({ err: error }, 'a part did not close'));
  }
}

function keyRingPlace(settings: DirectorySettings) {
  const inline = settings.DIRECTORY_KEY_RING?.reveal();
  const file = settings.DIRECTORY_KEY_RING_FILE;
  return { ...(file === undefined ? {} : { file }), ...(inline === undefined ? {} : { inline }) };
}

function joinBus(settings: DirectorySettings, logger: Logger): Promise<Bus> {
  return Bus.connect({
    url: settings.NATS_URL.reveal(),
    name: `${service}-${settings.COUNTERSIGN_INSTANCE ?? 'replica'}`,
    user: service,
    inboxPrefix: settings.NATS_INBOX_PREFIX,
    credentials: { credsFile: settings.NATS_CREDS, nkeySeedFile: settings.NATS_NKEY_SEED_FILE },
    tls: { caFile: settings.NATS_CA, certFile: settings.NATS_CERT, keyFile: settings.NATS_KEY },
    logger,
  });
}

function openHasher(settings: DirectorySettings): PasswordHasher {
  return new PasswordHasher({
    parameters: {
      memoryKib: settings.DIRECTORY_ARGON2_MEMORY_KIB,
      iterations: settings.DIRECTORY_ARGON2_ITERATIONS,
      parallelism: settings.DIRECTORY_ARGON2_PARALLELISM,
    },
    queueLimit: settings.DIRECTORY_HASHING_QUEUE_LIMIT,
  });
}
