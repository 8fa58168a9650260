import { type ChildProcess, spawn } from 'node:child_process';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { monotonicMs } from '@countersign/clock';
import { LogFile } from './log-file.js';
import { endOrphans, type ServerTraces, type StopStep } from './orphans.js';
import { removePidFile, writePidFile } from './pid-file.js';
import { becomesTrue } from './poll.js';

/** What this library says of its servers' lives; a pino logger is one. */
export interface ServerLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** The user a server runs as, when it is not ours. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
}

/** How one server is run. */
export interface ServerPlan {
  /** Names it in messages and names its log file. */
  readonly name: string;
  /** Pid file and log live here. */
  readonly folder: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly workingFolder: string;
  readonly user?: ServerUser | undefined;
  /** Makes the way clear, before the first start and before each one after a crash. */
  prepare(): Promise<void>;
  /** Whether the process with this pid serves now. */
  isReady(pid: number): Promise<boolean>;
  readonly startWithinMs: number;
  readonly stopSteps: readonly StopStep[];
  /** Whether it is started again when it ends unasked. */
  readonly revives: boolean;
  readonly logger: ServerLogger;
}

const ROTATE_EVERY_MS = 60_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
const STEADY_AFTER_MS = 60_000;
/** Nothing of our environment goes to a server: it holds our secrets, and a server shows its own to its operator. */
export const SERVER_ENVIRONMENT = Object.freeze({ PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' });

/**
 * A server that runs beside us: in a session of its own, so that Ctrl-C in the terminal reaches us alone and we stop
 * it last; with a pid file, so that the next start ends it if we are killed; started again at once if it dies.
 */
export class SupervisedServer {
  readonly #plan: ServerPlan;
  readonly #log: LogFile;
  #child: ChildProcess | undefined;
  #isStopping = false;
  #revival: Promise<void> | undefined;
  readonly #rotation: NodeJS.Timeout;
  /** A launcher that leaves by process.exit takes its servers along; only a killed one leaves orphans. */
  readonly #atExit = () => this.#child?.kill(this.#plan.stopSteps[0]?.signal ?? 'SIGTERM');

  private constructor(plan: ServerPlan) {
    this.#plan = plan;
    this.#log = new LogFile(join(plan.folder, `${plan.name}.log`));
    this.#rotation = setInterval(() => void this.#rotate(), ROTATE_EVERY_MS).unref();
    process.on('exit', this.#atExit);
  }

  async #rotate(): Promise<void> {
    const { logger, name } = this.#plan;
    await this.#log.rotate().catch((error: Error) => {
      logger.warn({ server: name, reason: error.message }, 'the log of a server could not be shortened');
    });
  }

  /**
   * Starts the server and waits until it serves. The caller has called `endLeftovers` before.
   *
   * @throws when it ends at its start (the message quotes its log) or is not ready in time
   */
  static async start(plan: ServerPlan): Promise<SupervisedServer> {
    const server = new SupervisedServer(plan);
    try {
      await server.#launch();
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  /** The pid of the running server; another one after a revival. */
  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Sends a signal to the running server. */
  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Stops the server, firmly in the end, and forgets it. Safe to call twice. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#revival?.catch(() => undefined);
    await this.#end();
    clearInterval(this.#rotation);
    process.off('exit', this.#atExit);
    await removePidFile(tracesOf(this.#plan).pidFile);
  }

  async #launch(): Promise<void> {
    const { command, args, workingFolder, user, name } = this.#plan;
    await this.#plan.prepare();
    const log = await this.#log.open();
    const logStart = await this.#log.size();
    const child = spawn(command, args, {
      cwd: workingFolder,
      env: SERVER_ENVIRONMENT,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
    });
    const spawned = new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    await spawned.finally(() => log.close());
    this.#child = child;
    await writePidFile(tracesOf(this.#plan).pidFile, this.pid);
    const isUp = () => this.#hasEnded() || this.#plan.isReady(this.pid);
    const isSettled = await becomesTrue(isUp, this.#plan.startWithinMs);
    if (!isSettled || this.#hasEnded()) {
      const found = isSettled ? `ended at its start (${this.#ending()})` : 'is not ready in time';
      throw new Error(`${name} ${found}, its log says: ${await this.#log.tail(logStart)}`);
    }
    this.#watch(child, monotonicMs());
  }

  #watch(child: ChildProcess, startedMs: number): void {
    const onExit = () => {
      if (!this.#isStopping && child === this.#child) {
        const { name, logger, revives } = this.#plan;
        logger.error({ server: name, ending: this.#ending(), revives }, 'embedded server ended unasked');
        const isSteady = monotonicMs() - startedMs > STEADY_AFTER_MS;
        this.#revival = revives ? this.#revive(isSteady ? 0 : FIRST_PAUSE_MS) : undefined;
      }
    };
    if (this.#hasEnded()) {
      onExit();
    } else {
      child.once('exit', onExit);
    }
  }

  async #revive(firstPauseMs: number): Promise<void> {
    const { name, logger } = this.#plan;
    for (
      let pauseMs = firstPauseMs;
      !this.#isStopping;
      pauseMs = Math.min(pauseMs * 2 || FIRST_PAUSE_MS, LONGEST_PAUSE_MS)
    ) {
      await delay(pauseMs);
      if (this.#isStopping) {
        return;
      }
      try {
        await endLeftovers(this.#plan);
        await this.#launch();
        logger.warn({ server: name, pid: this.pid }, 'embedded server runs again');
        return;
      } catch (error) {
        await this.#end();
        logger.error({ server: name, err: error }, 'embedded server cannot be started again yet');
      }
    }
  }

  async #end(): Promise<void> {
    for (const { signal, waitMs } of [...this.#plan.stopSteps, { signal: 'SIGKILL' as const, waitMs: 5_000 }]) {
      if (this.#hasEnded()) {
        return;
      }
      this.#child?.kill(signal);
      if (await becomesTrue(() => this.#hasEnded(), waitMs)) {
        return;
      }
      this.#plan.logger.warn({ server: this.#plan.name, signal, waitMs }, 'embedded server does not stop');
    }
  }

  #hasEnded(): boolean {
    const child = this.#child;
    return child === undefined || child.exitCode !== null || child.signalCode !== null;
  }

  #ending(): string {
    return this.#child?.signalCode ?? `exit code ${this.#child?.exitCode}`;
  }
}

/** Ends what an earlier run of this server left behind in its folder. */
export async function endLeftovers(plan: ServerPlan): Promise<void> {
  const count = await endOrphans(tracesOf(plan), plan.stopSteps);
  if (count > 0) {
    plan.logger.warn({ server: plan.name, count }, 'ended processes that an earlier run left behind');
  }
}

function tracesOf({ folder, name, workingFolder, command }: ServerPlan): ServerTraces {
  return { pidFile: join(folder, `${name}.pid`), workingFolder, program: basename(command) };
}
