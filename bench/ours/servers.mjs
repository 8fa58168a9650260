import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { endOrphans, findNatsServer, startNats, startPostgres } from '@countersign/embedded';
import { identifySelf, isAlive } from '@countersign/files';

/** Below node_modules: a folder of our own, never committed, on the disk of the checkout. */
const RUNS = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'countersign-bench');

/**
 * The servers below everything that is measured, ours and rivals alike: a PostgreSQL with all durable settings on, and
 * nats-servers. Each is started when it is first wanted.
 */
export class Servers {
  #folder = '';
  #started = new Map();

  /** Ends and deletes what a benchmark that was killed left behind. */
  static async open() {
    await mkdir(RUNS, { recursive: true, mode: 0o700 });
    await endDeadRuns();
    const self = identifySelf();
    const servers = new Servers();
    servers.#folder = join(RUNS, `run-${self.pid}.${self.birth}`);
    await mkdir(servers.#folder, { mode: 0o700 });
    return servers;
  }

  get folder() {
    return this.#folder;
  }

  /** @returns {Promise<import('@countersign/embedded').EmbeddedPostgres>} */
  postgres() {
    return this.#once('postgres', () =>
      startPostgres({
        folder: join(this.#folder, 'postgres'),
        durable: true,
        superuserPassword: randomBytes(18).toString('base64url'),
        logger,
        revives: false,
      }),
    );
  }

  /**
   * @param {string} name of its folder
   * @param {string} configuration empty: everybody may do everything
   * @returns {Promise<import('@countersign/embedded').EmbeddedNats>}
   */
  nats(name, configuration = '') {
    return this.#once(name, async () => {
      const binary = await findNatsServer({
        path: process.env.COUNTERSIGN_NATS_SERVER,
        cacheFolder: join(RUNS, 'bin'),
        onProgress: (text) => process.stderr.write(`${text}\n`),
      });
      return startNats({ folder: join(this.#folder, name), binary, configuration, logger, revives: false });
    });
  }

  async end() {
    const started = [...this.#started.values()].reverse();
    this.#started.clear();
    for (const server of started) await server.then((running) => running.stop()).catch(logger.warn);
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #once(name, start) {
    const known = this.#started.get(name) ?? start();
    this.#started.set(name, known);
    return known;
  }
}

const logger = {
  info() {},
  warn: (...words) => process.stderr.write(`${words.map((word) => word?.message ?? JSON.stringify(word)).join(' ')}\n`),
  error: (...words) =>
    process.stderr.write(`${words.map((word) => word?.message ?? JSON.stringify(word)).join(' ')}\n`),
};

async function endDeadRuns() {
  for (const name of await readdir(RUNS)) {
    const [, pid, birth] = /^run-(\d+)\.([\w-]+)$/.exec(name) ?? [];
    if (pid === undefined || isAlive({ pid: Number(pid), birth })) continue;
    for (const place of await readdir(join(RUNS, name))) await endServersIn(join(RUNS, name, place));
    await rm(join(RUNS, name), { recursive: true, force: true, maxRetries: 5 });
  }
}

async function endServersIn(folder) {
  const steps = [{ signal: 'SIGTERM', waitMs: 5_000 }];
  const postgres = {
    pidFile: join(folder, 'postgresql.pid'),
    workingFolder: join(folder, 'data'),
    program: 'postgres',
  };
  const nats = { pidFile: join(folder, 'nats-server.pid'), workingFolder: folder, program: 'nats-server' };
  await endOrphans(postgres, steps);
  await endOrphans(nats, steps);
}
