import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as later } from 'node:timers/promises';
import { Application } from '../../test/journeys/application.js';
import type { RunningPlatform, RunningProgram } from '../../test/journeys/platform.js';
import { Random } from '../random.js';
import { type Conversation, Conversations } from './conversation.js';
import { readResponses } from './responses.js';

export interface GatewayFuzz {
  readonly seconds: number;
  readonly seed: number;
  readonly onProgress: (conversations: number, statuses: ReadonlyMap<string, number>) => void;
}

export interface GatewayOutcome {
  readonly conversations: number;
  /** How often each status was answered; `none`: closed without an answer. */
  readonly statuses: ReadonlyMap<string, number>;
  readonly memoryMiB: number;
  readonly finding: { readonly input: Buffer; readonly error: Error } | undefined;
}

/** Most of them wait for a limit of time. */
const atOnce = 96;
const betweenChecks = 2_000;
/** Longer than each of the gateway's own limits of time, which are short here, together. */
const answeredWithinMs = 20_000;
const mostMemory = 768 * 1024 * 1024;
const limits = {
  HEADERS_TIMEOUT_MS: '1000',
  REQUEST_TIMEOUT_MS: '2000',
  STALL_TIMEOUT_MS: '6000',
  KEEP_ALIVE_TIMEOUT_MS: '1000',
  LOG_LEVEL: 'info',
};

/**
 * Sends a gateway that joins the platform whatever comes to mind. Each connection must be answered in HTTP
 * that we declare or be closed, in time; the process must live, keep its memory and serve others meanwhile.
 */
export async function fuzzGateway(platform: RunningPlatform, options: GatewayFuzz): Promise<GatewayOutcome> {
  const gateway = await platform.join('gateway', [], limits);
  try {
    return await new Run(platform, gateway, options).run();
  } finally {
    await platform.endReplicas();
  }
}

class Run {
  private readonly statuses = new Map<string, number>();
  private readonly conversations: Conversations;
  private readonly application: Application;
  private finding: GatewayOutcome['finding'];
  private count = 0;

  constructor(
    platform: RunningPlatform,
    private readonly gateway: RunningProgram,
    private readonly options: GatewayFuzz,
  ) {
    const credentials = { ...platform.demo, baseUrl: gateway.url };
    this.conversations = new Conversations(new Random(options.seed), credentials);
    this.application = new Application(credentials);
  }

  async run(): Promise<GatewayOutcome> {
    await this.check();
    const endsAt = performance.now() + this.options.seconds * 1_000;
    while (this.finding === undefined && performance.now() < endsAt) {
      const until = this.count + betweenChecks;
      await Promise.all(Array.from({ length: atOnce }, () => this.talk(until, endsAt)));
      await this.check().catch((error) => this.note(Buffer.alloc(0), error));
      this.options.onProgress(this.count, this.statuses);
    }
    const { count: conversations, statuses, finding } = this;
    return { conversations, statuses, memoryMiB: Math.round(this.memory() / 1024 / 1024), finding };
  }

  private async talk(until: number, endsAt: number): Promise<void> {
    while (this.count < until && this.finding === undefined && performance.now() < endsAt) {
      this.count += 1;
      const conversation = this.conversations.next();
      try {
        for (const status of await this.hold(conversation))
          this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
      } catch (error) {
        this.note(
          Buffer.concat(conversation.pieces),
          new Error(`${conversation.kind}, ${conversation.ending}: ${error}`),
        );
      }
    }
  }

  private note(input: Buffer, error: Error): void {
    this.finding ??= { input, error };
  }

  /** The statuses that were answered. @throws Error for an answer that is none, or none in time */
  private hold({ pieces, ending }: Conversation): Promise<readonly string[]> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(this.gateway.url);
      const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
      const heard: Buffer[] = [];
      const finish = (): void => {
        clearTimeout(late);
        try {
          const { statuses } = readResponses(Buffer.concat(heard));
          resolve(statuses.length === 0 ? ['none'] : statuses.map(String));
        } catch (error) {
          reject(error);
        }
      };
      const late = setTimeout(() => {
        socket.destroy();
        reject(
          new Error(
            `not answered and not closed after ${answeredWithinMs} ms; heard ${Buffer.concat(heard).subarray(0, 300)}`,
          ),
        );
      }, answeredWithinMs);
      socket.on('data', (chunk) => heard.push(chunk));
      socket.on('error', () => undefined);
      socket.on('end', () => socket.end());
      socket.on('close', finish);
      void this.write(socket, pieces).then(() => {
        if (ending === 'half-close') socket.end();
        else if (ending === 'reset') socket.resetAndDestroy();
      });
    });
  }

  private async write(socket: ReturnType<typeof connect>, pieces: readonly Buffer[]): Promise<void> {
    for (const piece of pieces) {
      if (socket.destroyed) return;
      await new Promise<void>((resolve) => socket.write(piece, () => resolve()));
    }
  }

  /** The gateway lives, is well, serves others and has not grown out of bounds. */
  private async check(): Promise<void> {
    const { pid, exitCode } = this.gateway.process;
    if (exitCode !== null)
      throw new Error(`the gateway has ended with ${exitCode}: ${this.gateway.errors.slice(-2_000)}`);
    const health = await fetch(`${this.gateway.url}/healthz`, { signal: AbortSignal.timeout(answeredWithinMs) });
    if (health.status !== 200) throw new Error(`/healthz answers ${health.status}`);
    const answer = await this.application.ask('GET', '/demo/api/v1/users/jdoe');
    if (answer.status !== 200 || answer.signatureHolds !== true) throw new Error(`jdoe is answered ${answer.status}`);
    if (this.memory() > mostMemory) throw new Error(`process ${pid} has ${this.memory()} bytes`);
    this.checkLog();
    await later(1);
  }

  private checkLog(): void {
    for (const line of this.gateway.errors.split('\n').filter((each) => each !== '')) {
      const { level, message } = JSON.parse(line) as { level: string; message: string };
      if (level === 'error' && message === 'unexpected fault') throw new Error(`the gateway logs a fault: ${line}`);
    }
  }

  private memory(): number {
    const file = `/proc/${this.gateway.process.pid}/status`;
    if (!existsSync(file)) return 0;
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(file, 'utf8'))?.[1] ?? 0) * 1024;
  }
}
