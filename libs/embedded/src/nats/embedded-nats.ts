import { execFile } from 'node:child_process';
import { readFile, statfs } from 'node:fs/promises';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { lockFolder, PrivateDraft } from '@countersign/files';
import { startOnPort } from '../supervision/start-on-port.js';
import type { ServerLogger, ServerPlan } from '../supervision/supervised-server.js';

const run = promisify(execFile);

/** What the caller decides about an embedded nats-server. */
export interface EmbeddedNatsOptions {
  /** Holds the configuration, the JetStream store, the log and the pid file; made when missing. One process at a time. */
  readonly folder: string;
  /** Path of a nats-server 2.9 or later, see `findNatsServer`. */
  readonly binary: string;
  /** Default: the one of the last run if it is free, else any. */
  readonly port?: number;
  /** Accounts, users and limits in nats-server's syntax; not the address, the port or JetStream, which are ours. */
  readonly configuration: string;
  readonly logger: ServerLogger;
  /** Whether it is started again when it dies unasked; default true. */
  readonly revives?: boolean;
}

/** A nats-server of our own, with JetStream, on 127.0.0.1. */
export interface EmbeddedNats {
  readonly port: number;
  /** Without credentials: `nats://127.0.0.1:<port>`. */
  readonly url: string;
  /** Another one after it was started again. */
  readonly pid: number;
  /** Puts another configuration in force without a restart; refuses one that does not parse, keeping the old. */
  reload(configuration: string): Promise<void>;
  /** Ends it and waits; JetStream is written down. */
  stop(): Promise<void>;
}

const FILE = 'nats-server.conf';
const START_WITHIN_MS = 30_000;
const PROBE_WITHIN_MS = 1_000;
const STOP_STEPS = [{ signal: 'SIGTERM', waitMs: 15_000 }] as const;

/**
 * Starts a nats-server on the folder after ending what an earlier run that was killed left there.
 *
 * @throws LockedByProcess while another living process has the folder; an Error with nats-server's own words when the
 *   configuration is not valid
 */
export async function startNats(options: EmbeddedNatsOptions): Promise<EmbeddedNats> {
  const folder = resolve(options.folder);
  const lock = lockFolder(folder);
  let configuration = options.configuration;
  try {
    const storeBytes = await storeBytesOf(folder);
    const own = (port: number) => ({ folder, port, storeBytes, binary: options.binary });
    const { server, port } = await startOnPort(
      (port) => planServer(own(port), options, () => configuration),
      options.port,
    );
    return {
      port,
      url: `nats://127.0.0.1:${port}`,
      get pid() {
        return server.pid;
      },
      reload: async (changed) => {
        await writeConfiguration(own(port), changed);
        configuration = changed;
        server.signal('SIGHUP');
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

/** What we decide about the server. */
interface Own {
  readonly folder: string;
  readonly port: number;
  /** What JetStream may store. */
  readonly storeBytes: number;
  readonly binary: string;
}

function planServer(own: Own, options: EmbeddedNatsOptions, configuration: () => string): ServerPlan {
  const { folder, port } = own;
  return {
    name: 'nats-server',
    folder,
    command: resolve(options.binary),
    args: ['-c', join(folder, FILE)],
    workingFolder: folder,
    prepare: () => writeConfiguration(own, configuration()),
    isReady: () => isNatsServing(port),
    startWithinMs: START_WITHIN_MS,
    stopSteps: STOP_STEPS,
    revives: options.revives ?? true,
    logger: options.logger,
  };
}

/**
 * Three quarters of the free disk, as nats-server itself would take, but never less than at an earlier start. It does not
 * load streams for which it has no room, so a disk that has filled up since would make them vanish.
 */
async function storeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  const text = await readFile(join(folder, FILE), 'utf8').catch(() => '');
  const earlier = Number(/^jetstream \{.* max_file_store: (\d+) \}$/m.exec(text)?.[1] ?? 0);
  return Math.max(Math.floor(bavail * bsize * 0.75), earlier);
}

/** Checked by nats-server itself before it takes the place of the one in force. */
async function writeConfiguration({ folder, port, storeBytes, binary }: Own, configuration: string): Promise<void> {
  const path = join(folder, FILE);
  const store = JSON.stringify(join(folder, 'jetstream'));
  const own = `host: "127.0.0.1"\nport: ${port}\njetstream { store_dir: ${store}, max_file_store: ${storeBytes} }\n`;
  const draft = PrivateDraft.beside(path);
  draft.append(`${own}${configuration}\n`);
  try {
    await run(binary, ['-c', draft.path, '-t']);
  } catch (error) {
    draft.abandon();
    const { stderr, message } = error as Error & { stderr?: string };
    throw new Error(`nats-server does not accept the configuration: ${(stderr?.trim() || message).split('\n').at(-1)}`);
  }
  draft.replace();
}

/** A nats-server greets with its INFO line, which it does not do before JetStream is ready. */
function isNatsServing(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: PROBE_WITHIN_MS });
    const settle = (isServing: boolean) => {
      socket.destroy();
      answer(isServing);
    };
    socket.once('data', (greeting) => settle(greeting.toString('latin1').startsWith('INFO {')));
    socket.once('error', () => settle(false));
    socket.once('timeout', () => settle(false));
    socket.once('end', () => settle(false));
  });
}
