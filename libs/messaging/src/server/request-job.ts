import { monotonicMs } from '@countersign/clock';
import type { Asked } from '../wire/ask-context.js';
import { parseRequest } from '../wire/fitting.js';
import type { Job } from './admission.js';
import type { AnswerAddress } from './answer-publisher.js';
import type { Endpoint } from './endpoint.js';
import type { RequestEnds } from './request-ends.js';
import { asError, type Together, type Waiting } from './together.js';

/** One request, from its admission until its answer: handled alone, or together with others that wait. */
export class RequestJob implements Job, Waiting {
  /** As it was parsed. */
  request: unknown = undefined;
  slot = 0;
  private startedAt = 0;
  private ended = (): void => undefined;

  constructor(
    private readonly endpoint: Endpoint,
    private readonly to: AnswerAddress,
    private readonly body: unknown,
    readonly asked: Asked,
    private readonly ends: RequestEnds,
  ) {}

  get deadlineAt(): number {
    return this.asked.deadlineAt;
  }

  idBelow(prefix: string): number | string | undefined {
    const { reply, itemId } = this.to;
    return reply.startsWith(prefix) ? (itemId ?? Number(reply.slice(prefix.length))) : undefined;
  }

  async run(): Promise<void> {
    const { operation, handle, together } = this.endpoint;
    this.startedAt = monotonicMs();
    try {
      this.request = parseRequest(operation, this.body);
      if (together === undefined) this.reply(await handle(this.request, this.asked));
      else await this.join(together);
    } catch (error) {
      this.fail(error);
    }
  }

  conclude(result: unknown): void {
    if (result instanceof Promise) {
      result.then(
        (reply) => this.conclude(reply),
        (error) => this.conclude(asError(error)),
      );
      return;
    }
    if (result instanceof Error) this.fail(result);
    else this.reply(result);
    this.ended();
  }

  expire(): void {
    this.ends.ignore(this.endpoint, 'expired');
    this.ended();
  }

  /** Resolves when the request has ended. */
  private join(together: Together): Promise<void> {
    return new Promise((resolve) => {
      this.ended = resolve;
      together.add(this);
    });
  }

  private reply(reply: unknown): void {
    try {
      this.ends.reply(this.endpoint, this.to, reply, this.startedAt);
    } catch (error) {
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    this.ends.fail(this.endpoint, this.to, error, this.asked, this.startedAt);
  }
}
