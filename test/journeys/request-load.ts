import { setTimeout as later } from 'node:timers/promises';
import { eventually } from '@countersign/testing';
import type { Answer, Application } from './application.js';

/** Between an answer and the next request: a steady load, which leaves the processors to what is started meanwhile. */
const pauseMs = 30;

/** Writers that each change and read a user of their own, again and again through one address, whatever happens behind it. */
export class RequestLoad {
  /** Answers that were not a signed success, or did not show the last change, as text. */
  readonly failures: string[] = [];
  private readonly workers: readonly Promise<void>[];
  private isStopping = false;
  private served = 0;
  private changed = 0;

  private constructor(
    private readonly application: Application,
    private readonly paths: readonly string[],
    private readonly gateway: string | undefined,
  ) {
    this.workers = this.paths.map((path) => this.work(path));
  }

  /** @param paths of the users, one writer each: equal requests of one millisecond would have equal signatures */
  static start(application: Application, paths: readonly string[], gateway?: string): RequestLoad {
    return new RequestLoad(application, paths, gateway);
  }

  /** Answers that were a signed success. */
  get count(): number {
    return this.served;
  }

  /** Changes among them. */
  get changeCount(): number {
    return this.changed;
  }

  /** Resolves when so many more have been answered well. */
  async flows(more: number): Promise<void> {
    const wanted = this.served + more;
    await eventually(
      () => {
        if (this.served < wanted) throw new Error(`${this.served} of ${wanted} served; ${this.failures.at(-1)}`);
      },
      { deadlineMs: 60_000, everyMs: 20 },
    );
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    await Promise.all(this.workers);
  }

  private async work(path: string): Promise<void> {
    for (let turn = 0; !this.isStopping; turn += 1) {
      const auxId1 = `turn ${turn}`;
      if (await this.ask('PUT', path, { properties: { auxId1 } })) {
        this.changed += 1;
        await later(pauseMs);
        await this.ask('GET', path, undefined, auxId1);
      }
      await later(pauseMs);
    }
  }

  /** Whether it was served. */
  private async ask(method: string, path: string, body: object | undefined, shown?: string): Promise<boolean> {
    const asking = this.application.ask(method, path, body, this.gateway);
    const fault = faultOf(await asking.catch((error: Error) => error), shown);
    if (fault === undefined) this.served += 1;
    else this.failures.push(`${method} ${path}: ${fault}`);
    return fault === undefined;
  }
}

function faultOf(answer: Answer | Error, shown: string | undefined): string | undefined {
  if (answer instanceof Error) return `${answer.message} ${(answer.cause as Error | undefined)?.message ?? ''}`;
  const isSuccess =
    answer.status === 200 && ['success', 'found'].includes(answer.json?.status) && answer.signatureHolds;
  if (isSuccess && shown !== undefined && answer.json.properties.auxId1?.value !== shown)
    return `shows ${answer.json.properties.auxId1?.value} after ${shown}`;
  return isSuccess ? undefined : `${answer.status} ${answer.text} signed: ${answer.signatureHolds}`;
}
