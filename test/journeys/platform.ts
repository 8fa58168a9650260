import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { endOrphans } from '@countersign/embedded';
import pg from 'pg';
import { cheapPasswords } from '../servers/platform-on-demand.mjs';
import { Application } from './application.js';

export const root = join(import.meta.dirname, '..', '..');
const readyWithinMs = 90_000;

export interface Demo {
  readonly baseUrl: string;
  readonly realm: string;
  readonly applicationId: string;
  readonly applicationKey: string;
  readonly natsUrl: string;
  readonly databaseUrl: string;
  readonly administrator: { readonly userId: string; readonly password: string };
  readonly users: readonly { readonly userId: string; readonly password: string }[];
}

/** A program of ours that runs until it is stopped. */
export class RunningProgram {
  private constructor(
    readonly process: ChildProcess,
    /** Address it printed in its `ready` line. */
    readonly url: string,
    private readonly stderr: string[],
  ) {}

  /** Starts a program and waits for its `ready` line, the only thing it may print on stdout. */
  static async start(args: readonly string[], environment: NodeJS.ProcessEnv, folder = root): Promise<RunningProgram> {
    const child = spawn(args[0] ?? process.execPath, args.slice(1), {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const stderr: string[] = [];
    child.stderr?.on('data', (chunk) => stderr.push(String(chunk)));
    const url = await new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        reject(new Error(`not ready in time: ${stderr.join('')}`));
      }, readyWithinMs);
      child.once('exit', (code) => {
        clearTimeout(timer);
        reject(new Error(`ended with ${code} before it was ready: ${stderr.join('')}`));
      });
      createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
        const found = /^ready (http:\/\/\S+)$/.exec(line)?.[1];
        if (found === undefined) return reject(new Error(`stdout holds "${line}"`));
        clearTimeout(timer);
        resolve(found);
      });
    });
    return new RunningProgram(child, url, stderr);
  }

  get errors(): string {
    return this.stderr.join('');
  }

  /** Stops the program from running until the answer is called. */
  freeze(): () => void {
    return freezeAll([this.process.pid ?? 0]);
  }

  /** Sends a signal and waits for the end; answers the exit code, or the signal that ended it. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | NodeJS.Signals | null> {
    const { process: child } = this;
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
    }
    return child.exitCode ?? child.signalCode;
  }
}

/** A platform that runs: what a journey may use of one that it shares with others. */
export class RunningPlatform {
  private readonly replicas: RunningProgram[] = [];
  protected constructor(readonly folder: string) {}

  /**
   * The one platform of this run, which starts with the first journey that asks for it (`test/servers`). Journeys that use
   * it have a realm of their own ({@link OwnRealms}), and change nothing that is not of that realm.
   */
  static async shared(): Promise<RunningPlatform> {
    const response = await fetch(process.env['TEST_PLATFORM_URL'] ?? '');
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return new RunningPlatform(text);
  }

  get demo(): Demo {
    return JSON.parse(readFileSync(join(this.folder, 'demo.json'), 'utf8'));
  }

  /**
   * One more replica, joined as the README says: with the environment file and a port of its own. The bundle, which is
   * what images run, starts in a third of the time.
   */
  async join(
    service: string,
    wrap: readonly string[] = [],
    environment: NodeJS.ProcessEnv = {},
  ): Promise<RunningProgram> {
    const args = [...wrap, process.execPath, `apps/${service}/bundle/main.js`];
    const own = { ...this.environmentOf(service), COUNTERSIGN_PORT: '0', LOG_LEVEL: 'warn' };
    const replica = await RunningProgram.start(args, { ...own, ...cheapPasswords, ...environment });
    this.replicas.push(replica);
    return replica;
  }

  /** What `<data>/env/<name>.env` holds. */
  environmentOf(name: string): Readonly<Record<string, string>> {
    const lines = readFileSync(join(this.folder, 'env', `${name}.env`), 'utf8')
      .trim()
      .split('\n');
    return Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
  }

  /** One statement, as the superuser. */
  async query<Row extends object>(statement: string, database = 'countersign'): Promise<Row[]> {
    const url = new URL(this.demo.databaseUrl);
    url.pathname = `/${database}`;
    const client = new pg.Client({ connectionString: url.href, connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return (await client.query<Row>(statement)).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** Ends the replicas that have joined by {@link join}. */
  async endReplicas(): Promise<void> {
    await Promise.all(this.replicas.splice(0).map((replica) => replica.end()));
  }
}

/** The embedded default, started as `npm start` starts it, on a data folder of its own: it may be killed and restarted. */
export class Platform extends RunningPlatform {
  private constructor(
    folder: string,
    private main: RunningProgram,
  ) {
    super(folder);
  }

  static async start(environment: NodeJS.ProcessEnv = {}): Promise<Platform> {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-journey-'));
    try {
      return new Platform(folder, await Platform.launch(folder, environment));
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  private static launch(folder: string, environment: NodeJS.ProcessEnv): Promise<RunningProgram> {
    return RunningProgram.start([process.execPath, 'scripts/start.mjs'], {
      COUNTERSIGN_DATA: folder,
      COUNTERSIGN_PORT: '0',
      ...cheapPasswords,
      ...environment,
    });
  }

  get program(): RunningProgram {
    return this.main;
  }
  get application(): Application {
    return new Application(this.demo);
  }

  /** The process ids of the servers beside the program, by name. */
  serverPid(name: 'postgres' | 'nats'): number {
    const found = listProcesses().find(({ command }) =>
      name === 'nats'
        ? command.includes('nats-server') && command.includes(`${this.folder}/nats/nats-server.conf `)
        : command.includes('postgres') && command.includes(`port=${new URL(this.demo.databaseUrl).port}`),
    );
    if (found === undefined) throw new Error(`no process of ${name} found`);
    return found.pid;
  }

  /** kill -9; the launcher starts it again. */
  killServer(name: 'postgres' | 'nats'): void {
    process.kill(this.serverPid(name), 'SIGKILL');
  }

  /** Stops NATS and takes its store away; it is started again with an empty one. */
  wipeStreams(): void {
    const pid = this.serverPid('nats');
    process.kill(pid, 'SIGSTOP');
    rmSync(join(this.folder, 'nats', 'jetstream'), { recursive: true, force: true });
    process.kill(pid, 'SIGKILL');
  }

  /** Freezes the database, its postmaster and every backend, until the answer is called. */
  freezeStore(): () => void {
    const postmaster = this.serverPid('postgres');
    const backends = listProcesses().filter(({ pid }) => parentOf(pid) === postmaster);
    return freezeAll([postmaster, ...backends.map(({ pid }) => pid)]);
  }

  /** Freezes NATS until the answer is called. */
  freezeBus(): () => void {
    return freezeAll([this.serverPid('nats')]);
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | NodeJS.Signals | null> {
    await this.endReplicas();
    return this.main.end(signal);
  }

  async startAgain(environment: NodeJS.ProcessEnv = {}): Promise<void> {
    this.main = await Platform.launch(this.folder, environment);
  }

  async remove(): Promise<void> {
    await this.stop();
    await this.endOrphans();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A spec that fails between a kill -9 and the next start leaves servers behind. */
  private async endOrphans(): Promise<void> {
    for (const [name, program, folder] of [
      ['postgresql', 'postgres', 'postgres/data'],
      ['nats-server', 'nats-server', 'nats'],
    ] as const) {
      const workingFolder = join(this.folder, folder);
      const pidFile = join(this.folder, folder.split('/', 1)[0] ?? '', `${name}.pid`);
      await endOrphans({ pidFile, workingFolder, program }, []);
    }
  }
}

function freezeAll(pids: readonly number[]): () => void {
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  return () => {
    for (const pid of pids) process.kill(pid, 'SIGCONT');
  };
}

/** Living processes of this machine, with their command lines (Linux); one that ended but was not waited for has none. */
export function listProcesses(): { pid: number; command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return command === '' ? [] : [{ pid: Number(name), command }];
      } catch {
        return [];
      }
    });
}

function parentOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}
