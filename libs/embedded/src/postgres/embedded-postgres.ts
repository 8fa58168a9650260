import { resolve } from 'node:path';
import { lockFolder } from '@countersign/files';
import { startOnPort } from '../supervision/start-on-port.js';
import type { ServerLogger, ServerPlan } from '../supervision/supervised-server.js';
import { nameForServer } from './data-folder-access.js';
import { initialiseCluster, SUPERUSER } from './initialise-cluster.js';
import { findPostgresBinaries } from './postgres-binaries.js';
import { isPostmasterReady, removeStalePostmasterPid } from './postmaster-pid.js';
import { makeReachable } from './reachable-binaries.js';
import { chooseServerUser } from './server-user.js';

/** What the caller decides about an embedded PostgreSQL. */
export interface EmbeddedPostgresOptions {
  /** Holds the data, the log and the pid file; made when missing. One living process at a time. */
  readonly folder: string;
  /** Default: the one of the last run if it is free, else any. */
  readonly port?: number;
  /** false gives up safety against crashes for speed: for specs only. */
  readonly durable: boolean;
  /** Takes effect when the cluster is made; one line of text. */
  readonly superuserPassword: string;
  readonly logger: ServerLogger;
  /** Whether it is started again when it dies unasked; default true. */
  readonly revives?: boolean;
}

/** A PostgreSQL of our own, on 127.0.0.1. */
export interface EmbeddedPostgres {
  readonly port: number;
  /** As the superuser, database `postgres`: for provisioning, never for a service. */
  readonly url: string;
  /** Of the postmaster; another one after it was started again. */
  readonly pid: number;
  /** Fast shutdown, waited for; immediate and then kill when that takes too long. */
  stop(): Promise<void>;
}

const START_WITHIN_MS = 60_000;
const STOP_STEPS = [
  { signal: 'SIGINT', waitMs: 15_000 },
  { signal: 'SIGQUIT', waitMs: 5_000 },
] as const;
/** No value of a statement is ever logged: statements carry secrets (G5). */
const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=100',
  'shared_buffers=128MB',
  'jit=off',
  'timezone=UTC',
  'log_timezone=UTC',
  'log_min_error_statement=panic',
  'log_parameter_max_length=0',
  'log_parameter_max_length_on_error=0',
];
const DURABLE = ['fsync=on', 'synchronous_commit=on', 'full_page_writes=on'];
const FAST = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'autovacuum_naptime=1h',
  'max_wal_size=4GB',
];

/**
 * Starts a PostgreSQL on the folder, making the cluster on the first run, after ending what an earlier run that was
 * killed left there; committed rows survive that.
 *
 * @throws LockedByProcess while another living process has the folder; an Error that says what to do when it cannot run
 */
export async function startPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const folder = resolve(options.folder);
  const lock = lockFolder(folder);
  try {
    const plan = await planServer(folder, options);
    const { server, port } = await startOnPort(plan, options.port);
    return {
      port,
      url: `postgres://${SUPERUSER}:${encodeURIComponent(options.superuserPassword)}@127.0.0.1:${port}/postgres`,
      get pid() {
        return server.pid;
      },
      stop: async () => {
        await server.stop();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function planServer(folder: string, options: EmbeddedPostgresOptions): Promise<(port: number) => ServerPlan> {
  const { durable, superuserPassword, logger } = options;
  const user = await chooseServerUser(resolve(folder, 'data'));
  const binaries = await makeReachable(await findPostgresBinaries(), user, logger);
  const data = await initialiseCluster({ folder, binaries, user, superuserPassword, durable });
  return (port) => ({
    name: 'postgresql',
    folder,
    command: binaries.postgres,
    args: [
      '-D',
      nameForServer(data, user),
      ...[`port=${port}`, ...SETTINGS, ...(durable ? DURABLE : FAST)].flatMap((setting) => ['-c', setting]),
    ],
    workingFolder: data,
    user,
    prepare: () => removeStalePostmasterPid(data),
    isReady: (pid) => isPostmasterReady(data, pid),
    startWithinMs: START_WITHIN_MS,
    stopSteps: STOP_STEPS,
    revives: options.revives ?? true,
    logger,
  });
}
