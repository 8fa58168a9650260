import { join } from 'node:path';
import type { Outcome } from '../journeys/command-line.js';
import type { RunningProgram } from '../journeys/platform.js';
import { Dockerfile } from './dockerfile.js';
import { Host } from './host.js';
import { programsOf, renderKustomization } from './kustomization.js';
import type { DeployedProgram } from './program.js';

/** What docs/guides/scale-out.md gives the tasks that make the Secrets of the overlay `local`. */
const secretSettings = {
  COUNTERSIGN_SECRETS: '/secrets',
  NATS_SERVERS: 'nats://nats:4222',
  DATABASE_SERVER: 'postgres://postgres:5432/countersign',
  DATABASE_SUPERUSER: 'postgres',
};
const busSettings = {
  COUNTERSIGN_SECRETS: '/secrets',
  BUS_CONFIGURATION_FILE: '/secrets/bus/nats-server.conf',
  BUS_MONITOR: '0.0.0.0:8222',
  BUS_STORE: '/data',
};

/** `kubectl apply -k`, in processes: Secrets as the guide makes them, then the jobs, then every replica. */
export class ClusterHost {
  readonly replicas: { readonly service: string; readonly program: RunningProgram }[] = [];
  /** Name and exit code of each job, in their order. */
  readonly jobs: (readonly [string, number | null])[] = [];

  private constructor(
    readonly host: Host,
    private readonly dockerfile: Dockerfile,
  ) {}

  static async apply(folder: string): Promise<ClusterHost> {
    const dockerfile = new Dockerfile();
    // a Secret is named after the folder that it was made from: countersign-gateway, gateway
    const place = (name: string, below: string) => join(below, name.replace(/^countersign-/, 'secrets/'));
    const cluster = new ClusterHost(await Host.open(dockerfile, place), dockerfile);
    try {
      await cluster.bring(programsOf(renderKustomization(folder), dockerfile));
      return cluster;
    } catch (error) {
      await cluster.host.close();
      throw error;
    }
  }

  get gateways(): readonly string[] {
    return this.replicas.filter(({ service }) => service === 'gateway').map(({ program }) => program.url);
  }

  /** The command line with the Secret `countersign-operator`. */
  operator(...args: readonly string[]): Promise<Outcome> {
    const environment = { NATS_URL_FILE: '/secrets/operator/nats-url' };
    return this.host.runJob(this.tool(['node', 'apps/cli/bundle/main.js'], environment), args);
  }

  private async bring(programs: readonly DeployedProgram[]): Promise<void> {
    const provisioner = this.dockerfile.entrypoint('jobs');
    await this.run(this.tool([...provisioner, 'secrets'], secretSettings));
    await this.run(this.tool([...provisioner, 'bus-configuration'], busSettings));
    await this.host.startPostgres(this.host.read('countersign-superuser', 'password'));
    await this.host.startNats(this.host.path('countersign-bus', 'nats-server.conf'));
    for (const program of programs.filter(({ isJob }) => isJob)) {
      this.jobs.push([program.name, await this.run(program)]);
    }
    for (const program of programs.filter(({ isJob }) => !isJob)) {
      const replicas = Array.from({ length: program.replicas }, () => this.host.start(program));
      for (const started of await Promise.all(replicas))
        this.replicas.push({ service: program.image, program: started });
    }
  }

  private async run(program: DeployedProgram): Promise<number | null> {
    const { code, stderr } = await this.host.runJob(program);
    if (code !== 0) throw new Error(`${program.name} ended with ${code}: ${stderr}`);
    return code;
  }

  /** What a person runs from the image `jobs`, with the folder of all secrets. */
  private tool(command: readonly string[], environment: Readonly<Record<string, string>>): DeployedProgram {
    const mounts = [
      { path: '/secrets', volume: 'secrets', isReadOnly: false },
      { path: '/data', volume: 'data', isReadOnly: false },
    ];
    return { name: 'tool', image: 'jobs', command, environment, mounts, replicas: 1, isJob: true, probes: [] };
  }
}
