import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePort } from '@countersign/embedded';
import { eventually } from '@countersign/testing';
import { root } from '../architecture/workspace.js';
import type { Outcome } from '../journeys/command-line.js';
import type { RunningProgram } from '../journeys/platform.js';
import { mountsOf, programsOf, readComposeFile } from './compose-file.js';
import { Dockerfile } from './dockerfile.js';
import { Host } from './host.js';
import type { DeployedProgram } from './program.js';
import { startStandInProxy } from './stand-in-proxy.js';
import { startOrder } from './start-order.js';

export interface Replica {
  readonly service: string;
  readonly program: RunningProgram;
  readonly port: number;
}

/** `docker compose up`, in processes: everything in the order of docker-compose.yml. */
export class ComposeHost {
  readonly file = readComposeFile();
  readonly replicas: Replica[] = [];
  /** What each job said when it ended, by name. */
  readonly jobs = new Map<string, Outcome>();
  private readonly programs: readonly DeployedProgram[];
  private proxyPort = 0;

  private constructor(
    readonly host: Host,
    dockerfile: Dockerfile,
  ) {
    this.programs = programsOf(this.file, dockerfile);
  }

  static async up(): Promise<ComposeHost> {
    const dockerfile = new Dockerfile();
    const compose = new ComposeHost(await Host.open(dockerfile), dockerfile);
    try {
      for (const name of startOrder(compose.file)) await compose.bring(name);
      return compose;
    } catch (error) {
      await compose.host.close();
      throw error;
    }
  }

  /** Address of the one port that is open to callers. */
  get url(): string {
    return `http://127.0.0.1:${this.proxyPort}`;
  }

  /** Addresses of the gateways themselves. */
  get gateways(): readonly string[] {
    return this.replicas.filter(({ service }) => service === 'gateway').map(({ program }) => program.url);
  }

  /** `docker compose run --rm operator …`. */
  operator(...args: readonly string[]): Promise<Outcome> {
    return this.host.runJob(this.programOf('operator'), args);
  }

  /** Every job once more, as the next `docker compose up` runs it. */
  async runJobsAgain(): Promise<void> {
    for (const name of startOrder(this.file)) {
      if (this.file.services[name]?.restart === 'no') await this.runJob(name);
    }
  }

  async startReplica(service: string, port = 0): Promise<Replica> {
    const program = await this.host.start(this.programOf(service), port);
    const replica = { service, program, port };
    this.replicas.push(replica);
    return replica;
  }

  /** Ends a replica as `docker stop` does, or with another signal. */
  async endReplica(replica: Replica, signal?: NodeJS.Signals): Promise<number | NodeJS.Signals | null> {
    const ending = await replica.program.end(signal);
    this.replicas.splice(this.replicas.indexOf(replica), 1);
    return ending;
  }

  private programOf(name: string): DeployedProgram {
    const found = this.programs.find((program) => program.name === name);
    if (found === undefined) throw new Error(`docker-compose.yml has no program ${name}`);
    return found;
  }

  private async bring(name: string): Promise<void> {
    if (name === 'postgres') return this.bringPostgres();
    if (name === 'nats')
      return this.host.startNats(this.pathIn('nats', this.file.services['nats']?.command?.[1] ?? ''));
    if (name === 'proxy') return this.bringProxy();
    const { isJob, replicas } = this.programOf(name);
    if (isJob) return this.runJob(name);
    const ports: number[] = [];
    for (let count = 0; count < replicas; count += 1) ports.push(name === 'gateway' ? await findFreePort() : 0);
    await Promise.all(ports.map((port) => this.startReplica(name, port)));
  }

  private async runJob(name: string): Promise<void> {
    const outcome = await this.host.runJob(this.programOf(name));
    this.jobs.set(name, outcome);
    if (outcome.code !== 0) throw new Error(`${name} ended with ${outcome.code}: ${outcome.stderr}`);
  }

  private async bringPostgres(): Promise<void> {
    const file = this.file.services['postgres']?.environment?.['POSTGRES_PASSWORD_FILE'] ?? '';
    await this.host.startPostgres(readFileSync(this.pathIn('postgres', file), 'utf8').trim());
  }

  /** Where a path in a container lies here. */
  private pathIn(name: string, path: string): string {
    const service = this.file.services[name];
    const mount = service && mountsOf(service).find((one) => path.startsWith(`${one.path}/`));
    if (mount === undefined) throw new Error(`${name} mounts nothing at ${path}`);
    return this.host.path(mount.volume, path.slice(mount.path.length + 1));
  }

  private async bringProxy(): Promise<void> {
    this.proxyPort = await findFreePort();
    const file = join(this.host.folder, 'haproxy.cfg');
    writeFileSync(file, proxyConfiguration(this.proxyPort, await findFreePort(), this.replicas));
    if (isInstalled('haproxy')) this.host.spawn('haproxy', ['-f', file]);
    else {
      process.stderr.write(
        'haproxy is not installed: a stand-in takes its place, and compose/haproxy.cfg is not tried\n',
      );
      this.host.keep(startStandInProxy(this.proxyPort, this.gateways));
    }
    await eventually(async () => (await fetch(`${this.url}/readyz`)).ok, { deadlineMs: 20_000 });
  }
}

function isInstalled(program: string): boolean {
  return spawnSync(program, ['-v'], { stdio: 'ignore' }).error === undefined;
}

/** compose/haproxy.cfg with the ports of this machine, and the gateways that the name server of the engine would name. */
function proxyConfiguration(port: number, healthPort: number, replicas: readonly Replica[]): string {
  const text = readFileSync(join(root, 'compose/haproxy.cfg'), 'utf8');
  const servers = replicas
    .filter(({ service }) => service === 'gateway')
    .map((replica, at) => `  server gateway${at + 1} 127.0.0.1:${replica.port}`);
  const changes: readonly (readonly [RegExp, string])[] = [
    [/bind :8080$/m, `bind 127.0.0.1:${port}`],
    [/bind 127\.0\.0\.1:8081$/m, `bind 127.0.0.1:${healthPort}`],
    [/ init-addr none resolvers docker$/m, ''],
    [/^ {2}server-template gateway 3 gateway:8080$/m, servers.join('\n')],
  ];
  return changes.reduce((changed, [pattern, replacement]) => {
    if (!pattern.test(changed)) throw new Error(`compose/haproxy.cfg does not hold ${pattern}`);
    return changed.replace(pattern, replacement);
  }, text);
}
