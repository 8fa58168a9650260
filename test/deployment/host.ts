import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type EmbeddedPostgres, findFreePort, startPostgres } from '@countersign/embedded';
import { eventually, testEnvironment, testLogger } from '@countersign/testing';
import { type Outcome, run } from '../journeys/command-line.js';
import { RunningProgram } from '../journeys/platform.js';
import type { Dockerfile } from './dockerfile.js';
import type { DeployedProgram } from './program.js';

/** Ports of this machine in the place of those that manifests name. */
interface Ports {
  readonly nats: number;
  readonly monitor: number;
  readonly postgres: number;
}

/**
 * A host that runs what manifests name, without containers: each as a process of its own, in a folder that holds what its
 * image holds and what it mounts, with the environment of image and manifest and nothing else. Only where things are is
 * changed: names of hosts become 127.0.0.1, ports free ones, and paths lead below the folder of the program.
 */
export class Host {
  private readonly images = new Map<string, string>();
  private readonly programs: RunningProgram[] = [];
  private readonly ended: (() => Promise<unknown>)[] = [];
  private readonly said: string[] = [];

  private constructor(
    readonly folder: string,
    private readonly dockerfile: Dockerfile,
    readonly ports: Ports,
    /** Where a volume lies here. */
    private readonly volume: (name: string) => string,
  ) {}

  static async open(dockerfile: Dockerfile, volume?: (name: string, folder: string) => string): Promise<Host> {
    const folder = mkdtempSync(join(testEnvironment().folder, 'host-'));
    const place = volume ?? ((name: string) => join(folder, 'volumes', name));
    const [nats, monitor, postgres] = [await findFreePort(), await findFreePort(), await findFreePort()];
    return new Host(folder, dockerfile, { nats, monitor, postgres }, (name) => place(name, folder));
  }

  /** All that the programs here have said on stderr, for a search after secrets. */
  get log(): string {
    return [...this.said, ...this.programs.map((program) => program.errors)].join('');
  }

  /** Runs a job to its end. */
  async runJob(program: DeployedProgram, more: readonly string[] = []): Promise<Outcome> {
    const { folder, environment } = this.prepare(program);
    const outcome = await run([...here(program.command), ...more], environment, '', folder);
    this.said.push(outcome.stderr);
    return outcome;
  }

  /** Starts one replica and waits until it serves; with a port of its own where it has to be found again. */
  async start(program: DeployedProgram, port = 0): Promise<RunningProgram> {
    const { folder, environment } = this.prepare(program);
    const own = { ...environment, COUNTERSIGN_PORT: `${port}` };
    const started = await RunningProgram.start(here(program.command), own, folder);
    this.programs.push(started);
    return started;
  }

  async startPostgres(superuserPassword: string): Promise<EmbeddedPostgres> {
    const server = await startPostgres({
      folder: join(this.folder, 'postgres'),
      port: this.ports.postgres,
      durable: false,
      superuserPassword,
      logger: testLogger(),
      revives: false,
    });
    this.ended.push(() => server.stop());
    if (server.port !== this.ports.postgres) throw new Error(`port ${this.ports.postgres} was taken meanwhile`);
    return server;
  }

  /** Starts a nats-server on the configuration that a job wrote; its health is asked as a container's is. */
  async startNats(configuration: string): Promise<void> {
    const address = ['--addr', '127.0.0.1', '--port', `${this.ports.nats}`];
    const server = this.spawn(testEnvironment().natsServer, ['--config', configuration, ...address]);
    await eventually(
      async () => {
        if (server.exitCode !== null) throw new Error(`nats-server ended: ${this.log}`);
        return (await fetch(`http://127.0.0.1:${this.ports.monitor}/healthz`)).ok;
      },
      { deadlineMs: 20_000 },
    );
  }

  /** Something in this process that is ended with the host. */
  keep(part: { close(): void }): void {
    this.ended.push(async () => part.close());
  }

  /** A server that is none of ours, ended with the host. */
  spawn(command: string, args: readonly string[]): ChildProcess {
    const child = spawn(command, args, { cwd: this.folder, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => this.said.push(String(chunk)));
    this.ended.push(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    });
    return child;
  }

  /** The text of a file in a volume. */
  read(volume: string, name: string): string {
    return readFileSync(join(this.volume(volume), name), 'utf8').trim();
  }

  path(volume: string, name: string): string {
    return join(this.volume(volume), name);
  }

  /** Ends everything: programs together, then what they need, last started first. */
  async close(): Promise<void> {
    await Promise.all(this.programs.splice(0).map((program) => program.end()));
    for (const end of this.ended.splice(0).reverse()) await end().catch(() => undefined);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** The folder and the environment of one run of a program. */
  private prepare(program: DeployedProgram): { folder: string; environment: Readonly<Record<string, string>> } {
    const mounted = join(this.folder, 'mounted', program.name);
    for (const { path, volume } of program.mounts) {
      mkdirSync(this.volume(volume), { recursive: true, mode: 0o700 });
      mkdirSync(dirname(join(mounted, path)), { recursive: true });
      if (!existsSync(join(mounted, path))) symlinkSync(this.volume(volume), join(mounted, path));
    }
    const isPath = (value: string) =>
      program.mounts.some(({ path }) => value === path || value.startsWith(`${path}/`) || path.startsWith(`${value}/`));
    const given = { ...this.dockerfile.environment(program.image), ...program.environment };
    const entries = Object.entries(given).map(([name, value]) => [
      name,
      value.startsWith('/') && isPath(value) ? join(mounted, value) : this.address(value),
    ]);
    return {
      folder: this.image(program.image),
      environment: { ...Object.fromEntries(entries), COUNTERSIGN_HOST: '127.0.0.1' },
    };
  }

  private address(value: string): string {
    return value
      .replace(/\bnats:4222\b/g, `127.0.0.1:${this.ports.nats}`)
      .replace(/\bpostgres:5432\b/g, `127.0.0.1:${this.ports.postgres}`)
      .replace(/^(127\.0\.0\.1|0\.0\.0\.0):8222$/, `127.0.0.1:${this.ports.monitor}`);
  }

  private image(name: string): string {
    const known = this.images.get(name);
    if (known !== undefined) return known;
    const folder = join(this.folder, 'images', name);
    this.dockerfile.assemble(name, folder);
    this.images.set(name, folder);
    return folder;
  }
}

/** `node` is the one that runs this spec. */
function here(command: readonly string[]): readonly string[] {
  return command.map((word, at) => (at === 0 && word === 'node' ? process.execPath : word));
}
