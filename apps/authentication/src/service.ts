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
import { AuthenticationModule } from './authentication.module.js';
import { choresOf } from './chores.js';
import { ClaimKeeper } from './claims/claim-keeper.js';
import { ReportReplays } from './claims/report-replays.js';
import { migrations } from './migrations/migrations.js';
import type { AuthenticationSettings } from './settings.js';
import { Sweep } from './sweep.js';

export { entities } from './entities.js';
export { migrations } from './migrations/migrations.js';
export { type AuthenticationSettings, settings } from './settings.js';

const service = 'authentication';

/** What has been opened, to be closed the other way round. */
type Opened = { close(): Promise<unknown> }[];

/**
 * Starts the authentication service: brings the schema up to date (or checks that it is), opens a claim epoch if there
 * is none, joins the bus, answers its operations and publishes its events.
 * @throws whatever keeps it from starting, with nothing left open
 */
export async function startAuthentication(settings: AuthenticationSettings): Promise<RunningService> {
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

async function open(settings: AuthenticationSettings, logger: Logger, opened: Opened): Promise<string> {
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
      AuthenticationModule.forRoot({ settings, bus, logger, metrics, keyRing, hasher, outbox }),
      {
        strategy: new CountersignServer({ bus, service, logger, metrics }),
        abortOnError: false,
        logger: new NestLogger(logger),
      },
    ),
  );
  const database = app.get(Database);
  await assertMigrated(database, service, migrations);
  await warnUnlessDurable(database, logger);
  await app.get(ClaimKeeper).run();
  await app.listen();
  relay.start();
  const sweep = new Sweep(logger);
  keep(opened, { close: () => sweep.close().then(() => app.get(ReportReplays).run()) });
  sweep.start(choresOf(app, settings));
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

/** Health first, then chores, requests that run, the relay that sends their events, hashing threads, the bus last. */
async function closeAll(opened: Opened, logger: Logger): Promise<void> {
  for (const part of opened.splice(0).reverse()) {
    await part.close().catch((error: unknown) => logger.error({ err: error }, 'a part did not close'));
  }
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

function keyRingPlace(settings: AuthenticationSettings) {
  const inline = settings.AUTHENTICATION_KEY_RING?.reveal();
  const file = settings.AUTHENTICATION_KEY_RING_FILE;
  return { ...(file === undefined ? {} : { file }), ...(inline === undefined ? {} : { inline }) };
}

function joinBus(settings: AuthenticationSettings, logger: Logger): Promise<Bus> {
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

function openHasher(settings: AuthenticationSettings): PasswordHasher {
  return new PasswordHasher({
    parameters: {
      memoryKib: settings.AUTHENTICATION_ARGON2_MEMORY_KIB,
      iterations: settings.AUTHENTICATION_ARGON2_ITERATIONS,
      parallelism: settings.AUTHENTICATION_ARGON2_PARALLELISM,
    },
    queueLimit: settings.AUTHENTICATION_HASHING_QUEUE_LIMIT,
  });
}
