import { monotonicMs } from '@countersign/clock';
import { type Operation, Problem, type ReplyInput, type RequestOf } from '@countersign/contracts';
import { OncePerTurn } from '../connection/turn.js';
import type { Asked } from '../wire/ask-context.js';

/** One of the requests that are handled together. */
export interface AskedRequest<O extends Operation> {
  readonly request: RequestOf<O>;
  readonly asked: Asked;
}

/** What becomes of one of them, now or later: its reply, or the error that refuses it and no other. */
export type AnswerTo<O extends Operation> = ReplyInput<O> | Error | Promise<ReplyInput<O> | Error>;

/**
 * Answers each request by what was found for it. An error that was found, or that is thrown while answering, refuses that
 * request alone.
 * @param found by position
 */
export function answerEach<O extends Operation, Found>(
  requests: readonly AskedRequest<O>[],
  found: readonly Found[],
  answer: (found: Exclude<Found, Error>, request: RequestOf<O>) => AnswerTo<O>,
): AnswerTo<O>[] {
  if (found.length !== requests.length) throw new Error(`${found.length} were found for ${requests.length} requests`);
  return requests.map(({ request }, position) => {
    const one = found[position];
    if (one instanceof Error) return one;
    try {
      return answer(one as Exclude<Found, Error>, request);
    } catch (error) {
      return asError(error);
    }
  });
}

/** How many requests are handled together. */
export interface Bounds {
  /** Requests in one call at most. */
  readonly items: number;
  /** Calls under way at once; while all are, requests gather. */
  readonly concurrency: number;
}

/** A request that waits to be handled together with others. */
export interface Waiting extends AskedRequest<Operation> {
  /** @param result what the handler made of it: a value, a promise of one, or an `Error` */
  conclude(result: unknown): void;
  /** Called instead when its deadline passed while it waited. */
  expire(): void;
}

/**
 * Requests of one operation that wait in one turn of the event loop become one call. Nothing is merged, and a lone
 * request goes at the end of its own turn: calls are made of what is already there. A request whose deadline has passed is
 * not handled.
 *
 * A call that fails as a whole is made again for each request alone, so that one which breaks it fails alone (guarantee
 * G7). It is not made again while the store is down, where each would only wait once more.
 */
export class Together {
  private waiting: Waiting[] = [];
  private running = 0;
  private readonly turn = new OncePerTurn(() => this.start());

  /** @param handle answers by position what became of each request */
  constructor(
    private readonly handle: (requests: readonly AskedRequest<Operation>[]) => Promise<unknown>,
    private readonly bounds: Bounds,
  ) {}

  add(request: Waiting): void {
    this.waiting.push(request);
    if (this.running < this.bounds.concurrency) this.turn.want();
  }

  private start(): void {
    while (this.running < this.bounds.concurrency && this.waiting.length > 0) {
      this.running += 1;
      void this.call(this.waiting.splice(0, this.bounds.items)).then(() => {
        this.running -= 1;
        if (this.waiting.length > 0) this.turn.want();
      });
    }
  }

  private async call(requests: readonly Waiting[]): Promise<void> {
    const inTime = requests.filter(isInTime);
    if (inTime.length === 0) return;
    let results: readonly unknown[];
    try {
      results = await this.resultsOf(inTime);
    } catch (error) {
      if (inTime.length > 1 && !isStoreDown(error)) {
        for (const request of inTime) await this.call([request]);
        return;
      }
      results = inTime.map(() => asError(error));
    }
    for (const [position, request] of inTime.entries()) request.conclude(results[position]);
  }

  private async resultsOf(requests: readonly Waiting[]): Promise<readonly unknown[]> {
    const results = await this.handle(requests.map(({ request, asked }) => ({ request, asked })));
    if (Array.isArray(results) && results.length === requests.length) return results;
    throw new Error(`${requests.length} requests were not answered with as many results`);
  }
}

function isInTime(request: Waiting): boolean {
  if (request.asked.deadlineAt > monotonicMs()) return true;
  request.expire();
  return false;
}

function isStoreDown(error: unknown): boolean {
  return error instanceof Problem && error.code === 'store.unavailable';
}

export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
