import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PlatformOnDemand } from './platform-on-demand.mjs';

/** Below node_modules: a folder of our own, never committed, gone with a fresh install. */
const RUNS = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'countersign-test-servers');

/**
 * Starts one PostgreSQL and one nats-server for the whole run, on ports that the kernel chooses, and says where they
 * are in the environment, which the workers inherit; specs read it through `@countersign/testing`. With
 * `TEST_POSTGRES_URL` set, to a superuser of a server that is there, specs use that one. Journeys get a platform on demand.
 */
export default async function setup() {
  const embedded = await loadBuilt();
  await mkdir(RUNS, { recursive: true, mode: 0o700 });
  await endDeadRuns(embedded);
  const self = embedded.identifySelf();
  const folder = join(RUNS, `run-${self.pid}.${self.birth}`);
  await mkdir(folder, { mode: 0o700 });
  const logger = { info() {}, warn: console.warn, error: console.error };
  const started = [];
  try {
    const binary = await embedded.findNatsServer({
      path: process.env.COUNTERSIGN_NATS_SERVER,
      cacheFolder: join(RUNS, 'bin'),
      onProgress: (step) => console.error(`test servers: ${step}`),
    });
    const servers = await Promise.allSettled([
      process.env.TEST_POSTGRES_URL === undefined && startPostgres(embedded, folder, logger),
      embedded.startNats({ folder: join(folder, 'nats'), binary, configuration: '', logger, revives: false }),
    ]);
    started.push(
      ...servers.flatMap((outcome) => (outcome.status === 'fulfilled' && outcome.value ? [outcome.value] : [])),
    );
    const [postgres, nats] = servers.map((outcome) => {
      if (outcome.status === 'rejected') {
        throw outcome.reason;
      }
      return outcome.value;
    });
    process.env.TEST_POSTGRES_URL ??= postgres.url;
    process.env.TEST_NATS_URL = nats.url;
    process.env.TEST_NATS_SERVER = binary;
    process.env.TEST_SERVERS_FOLDER = folder;
    const platform = new PlatformOnDemand(folder);
    process.env.TEST_PLATFORM_URL = await platform.offer();
    globalThis.testServers = { started, platform, endRun: () => endRun(embedded, folder) };
  } catch (error) {
    await Promise.all(started.map((server) => server.stop()));
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

function startPostgres(embedded, folder, logger) {
  return embedded.startPostgres({
    folder: join(folder, 'postgres'),
    durable: false,
    superuserPassword: 'test-only',
    logger,
    revives: false,
  });
}

async function loadBuilt() {
  try {
    return { ...(await import('@countersign/embedded')), ...(await import('@countersign/files')) };
  } catch (error) {
    throw new Error('specs with servers need the build: run npm test, or npx tsc -b first', { cause: error });
  }
}

/** A run whose jest was killed leaves its servers: they are told by their folder, whose name says who made it. */
async function endDeadRuns(embedded) {
  for (const name of await readdir(RUNS)) {
    const maker = /^run-(\d+)\.([\w-]+)$/.exec(name);
    if (maker !== null && !embedded.isAlive({ pid: Number(maker[1]), birth: maker[2] })) {
      await endRun(embedded, join(RUNS, name));
    }
  }
}

/** Ends the platform and every server that works in the folder of a run (also those that specs started), then deletes it. */
async function endRun(embedded, folder) {
  const platform = join(folder, 'platform');
  await endTraces(embedded, { pidFile: `${platform}.pid`, workingFolder: platform, program: 'node' }, 'SIGTERM');
  for (const place of [...(await foldersIn(folder)), ...(await foldersIn(platform))]) {
    const [postgres, nats] = ['postgresql', 'nats-server'].map((name) => join(place, `${name}.pid`));
    const data = join(place, 'data');
    await endTraces(embedded, { pidFile: postgres, workingFolder: data, program: 'postgres' }, 'SIGQUIT');
    await endTraces(embedded, { pidFile: nats, workingFolder: place, program: 'nats-server' }, 'SIGTERM');
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

async function foldersIn(folder) {
  const names = await readdir(folder).catch(() => []);
  return names.map((name) => join(folder, name));
}

function endTraces(embedded, traces, signal) {
  return embedded.endOrphans(traces, [{ signal, waitMs: 5_000 }]);
}
