import { homedir } from 'node:os';
import { join } from 'node:path';
import type { RunningService } from '@countersign/contracts';
import {
  type EmbeddedNats,
  type EmbeddedPostgres,
  findNatsServer,
  startNats,
  startPostgres,
} from '@countersign/embedded';
import type { Logger } from '@countersign/observability';
import {
  databaseOf,
  natsConfiguration,
  type RoleCredentials,
  rolesOf,
  type ServiceRoles,
} from '@countersign/provisioning';
import type { DataFolder } from './data-folder.js';
import type { Progress } from './progress.js';
import type { Secrets } from './secrets.js';
import type { Addresses } from './service-environment.js';
import type { AllInOneSettings } from './settings.js';

/** The servers below the services: embedded ones, or the existing ones that the settings name. */
export interface Servers {
  readonly addresses: Addresses;
  /** For provisioning and for an operator: a role that may create roles and schemas. */
  readonly superuserUrl: string;
  /** Of the roles of a service, which are named for the installation. */
  credentials(service: RunningService, role: keyof ServiceRoles): RoleCredentials;
  /** The cluster is ours alone; else others may use it too. */
  readonly isDatabaseEmbedded: boolean;
  readonly isBusEmbedded: boolean;
  readonly natsAddress: string;
  readonly databaseAddress: string;
  /** NATS first, then PostgreSQL: services have been drained by now. */
  stop(): Promise<void>;
}

const databaseName = 'countersign';

/** Starts the servers whose addresses the settings do not give. */
export async function startServers(
  settings: AllInOneSettings,
  folder: DataFolder,
  secrets: Secrets,
  logger: Logger,
  progress: Progress,
): Promise<Servers> {
  const postgres = settings.DATABASE_URL ? undefined : await startEmbeddedPostgres(folder, secrets, logger, progress);
  try {
    const nats = settings.NATS_URL ? undefined : await startEmbeddedNats(settings, folder, secrets, logger, progress);
    const superuserUrl = settings.DATABASE_URL?.reveal() ?? withDatabase(postgres?.url ?? '', databaseName);
    const natsUrl = settings.NATS_URL?.reveal();
    const prefix = settings.DATABASE_ROLE_PREFIX ?? (databaseOf(superuserUrl) || databaseName);
    const credentials = (service: RunningService, role: keyof ServiceRoles): RoleCredentials => ({
      user: rolesOf(service, prefix)[role],
      password: secrets[role === 'owner' ? 'databaseOwner' : 'database'][service],
    });
    return {
      superuserUrl,
      credentials,
      isDatabaseEmbedded: postgres !== undefined,
      isBusEmbedded: nats !== undefined,
      natsAddress: nats ? `nats://127.0.0.1:${nats.port}` : withoutCredentials(natsUrl ?? ''),
      databaseAddress: withoutCredentials(superuserUrl),
      addresses: {
        natsUrl: (principal) => natsUrl ?? `nats://${principal}:${secrets.nats[principal]}@127.0.0.1:${nats?.port}`,
        databaseUrl: (service, role) => withRole(superuserUrl, credentials(service, role)),
      },
      async stop() {
        await nats?.stop();
        await postgres?.stop();
      },
    };
  } catch (fault) {
    await postgres?.stop();
    throw fault;
  }
}

async function startEmbeddedPostgres(
  folder: DataFolder,
  secrets: Secrets,
  logger: Logger,
  progress: Progress,
): Promise<EmbeddedPostgres> {
  progress.step('starting PostgreSQL');
  return startPostgres({ folder: folder.postgres, durable: true, superuserPassword: secrets.superuser, logger });
}

async function startEmbeddedNats(
  settings: AllInOneSettings,
  folder: DataFolder,
  secrets: Secrets,
  logger: Logger,
  progress: Progress,
): Promise<EmbeddedNats> {
  const binary = await findNatsServer({
    path: settings.COUNTERSIGN_NATS_SERVER,
    cacheFolder: cacheFolder(folder),
    onProgress: (text) => progress.step(text),
  });
  progress.step('starting NATS');
  return startNats({
    folder: folder.nats,
    binary,
    configuration: natsConfiguration({ passwords: secrets.nats }),
    logger,
  });
}

/** Fetched once per person; where there is no home folder, once per data folder. */
function cacheFolder(folder: DataFolder): string {
  const home = homedir();
  return home.length > 1 ? join(home, '.cache', 'countersign') : join(folder.path, 'bin');
}

function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

function withRole(url: string, { user, password }: RoleCredentials): string {
  const changed = new URL(url);
  changed.username = encodeURIComponent(user);
  changed.password = password;
  return changed.href;
}

function withoutCredentials(url: string): string {
  return url
    .split(',')
    .map((one) => one.replace(/\/\/[^@/]*@/, '//'))
    .join(',');
}
