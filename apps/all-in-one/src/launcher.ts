import { systemRandomness } from '@countersign/clock';
import { runningServices, startOrder } from '@countersign/contracts';
import { lockFolder } from '@countersign/files';
import { settings as gatewaySettings, startGateway } from '@countersign/gateway/service';
import { hostService } from '@countersign/hosting';
import { Bus, Messenger } from '@countersign/messaging';
import { type Logger, type RunningService, ShutdownStack } from '@countersign/observability';
import { closeOtherDatabases, createServiceDatabase, ensureDatabase } from '@countersign/provisioning';
import type { Environment } from '@countersign/settings';
import { announcement } from './announcement.js';
import { DataFolder } from './data-folder.js';
import { DemoSeed, type DemoState } from './demo.js';
import type { Progress } from './progress.js';
import { waitUntilReady } from './readiness.js';
import { noteMade, openSecrets, type Secrets } from './secrets.js';
import { type Servers, startServers } from './servers.js';
import { ownerEnvironment, serviceEnvironments, writeEnvironmentFiles } from './service-environment.js';
import { plans } from './services.js';
import type { AllInOneSettings } from './settings.js';
import { StreamKeeper } from './streams.js';

export interface Running {
  readonly url: string;
  /** The block for people. */
  readonly announcement: string;
  /** Services first, then NATS, then PostgreSQL. */
  close(): Promise<void>;
}

/** Starts the whole platform in this process; what was started is stopped again when a later part fails. */
export async function launch(
  settings: AllInOneSettings,
  environment: Environment,
  logger: Logger,
  progress: Progress,
): Promise<Running> {
  const shutdown = new ShutdownStack(logger);
  try {
    const folder = new DataFolder(settings.COUNTERSIGN_DATA);
    const lock = lockFolder(folder.path);
    shutdown.keep({ close: async () => lock.release() });
    const isDatabaseHere = settings.DATABASE_URL === undefined;
    const secrets = openSecrets(folder, isDatabaseHere, systemRandomness);
    const servers = await startServers(settings, folder, secrets, logger, progress);
    shutdown.keep({ close: () => servers.stop() });
    if (isDatabaseHere) noteMade(folder, [folder.cluster]);
    await provision(servers, folder, secrets, logger, progress, shutdown);
    const gateway = await startServices(settings, environment, servers, folder, progress, shutdown);
    const demo = settings.COUNTERSIGN_DEMO ? await ensureDemo(gateway, servers, folder, progress) : undefined;
    progress.done();
    return {
      url: gateway.url,
      announcement: announcement({ ...servers, url: gateway.url, folder, demo }),
      close: () => shutdown.closeAll(),
    };
  } catch (fault) {
    progress.done();
    await shutdown.closeAll();
    throw fault;
  }
}

/** SQLSTATE of a role that gave another password. */
const wrongCredentials = '28P01';

async function provision(
  servers: Servers,
  folder: DataFolder,
  secrets: Secrets,
  logger: Logger,
  progress: Progress,
  shutdown: ShutdownStack,
): Promise<void> {
  progress.step('preparing roles, schemas and streams');
  await ensureDatabase(servers.superuserUrl).catch((fault: Error & { code?: string }) => {
    if (!servers.isDatabaseEmbedded || fault.code !== wrongCredentials) throw fault;
    throw new Error(
      `${folder.secrets} is not of the database in ${folder.cluster}: put back the one that belongs to the other`,
    );
  });
  if (servers.isDatabaseEmbedded) await closeOtherDatabases(servers.superuserUrl);
  for (const service of runningServices) {
    await createServiceDatabase(
      servers.superuserUrl,
      service,
      servers.credentials(service, 'owner'),
      servers.credentials(service, 'runtime'),
    );
  }
  const bus = shutdown.keep(
    await Bus.connect({
      url: servers.addresses.natsUrl('provisioner'),
      name: 'provisioner',
      user: 'provisioner',
    }),
  );
  const streams = new StreamKeeper({ bus, logger, storeFolder: servers.isBusEmbedded ? folder.nats : undefined });
  shutdown.keep({ close: async () => streams.stop() });
  await streams.start(secrets.areNew);
}

async function startServices(
  settings: AllInOneSettings,
  environment: Environment,
  servers: Servers,
  folder: DataFolder,
  progress: Progress,
  shutdown: ShutdownStack,
): Promise<RunningService> {
  const own = serviceEnvironments(servers.addresses, folder);
  const inherited = { ...environment, NATS_URL_FILE: undefined, DATABASE_URL_FILE: undefined };
  const common = { ...inherited, LOG_LEVEL: settings.LOG_LEVEL, COUNTERSIGN_PORT: '0' };
  const started: RunningService[] = [];
  for (const service of startOrder) {
    progress.step(`starting ${service}`);
    const forOwner = ownerEnvironment(servers.addresses, service);
    started.push(shutdown.keep(await hostService(plans[service], { ...common, ...own[service], ...forOwner })));
  }
  progress.step('starting the gateway');
  const port = String(settings.COUNTERSIGN_PORT);
  const gateway = shutdown.keep(
    await startGateway(gatewaySettings.parse({ ...common, ...own.gateway, COUNTERSIGN_PORT: port })),
  );
  writeEnvironmentFiles(own, servers.addresses, folder);
  progress.step('waiting until every service is ready');
  await waitUntilReady([...started, gateway]);
  return gateway;
}

async function ensureDemo(
  gateway: RunningService,
  servers: Servers,
  folder: DataFolder,
  progress: Progress,
): Promise<DemoState> {
  progress.step('seeding the demo realm');
  const natsUrl = servers.addresses.natsUrl('operator');
  const bus = await Bus.connect({ url: natsUrl, name: 'seed', user: 'operator' });
  try {
    const seed = new DemoSeed(new Messenger(bus), folder, systemRandomness);
    return await seed.ensure({ baseUrl: gateway.url, natsUrl, databaseUrl: servers.superuserUrl });
  } finally {
    await bus.close();
  }
}
