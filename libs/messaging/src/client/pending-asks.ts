import { monotonicMs } from '@countersign/clock';
import type { Problem } from '@countersign/contracts';
import type { AskContext } from '../wire/ask-context.js';
import { DeadlineSweep } from './deadline-sweep.js';

/** An ask that is swept this long before its deadline is at its deadline. */
const soonMs = 20;

/** One request on its way out. */
export interface OutgoingAsk {
  /** Of the operation; the message goes to our own form of it. */
  readonly subject: string;
  /** The service that answers: an answer of another is not accepted. */
  readonly service: string;
  readonly realm?: string | undefined;
  /** JSON text of the request. */
  readonly body: string;
  readonly context: AskContext;
  /** Whether asking twice leaves no trace. */
  readonly isRepeatable: boolean;
}

export interface PendingAsk {
  readonly id: number;
  readonly outgoing: OutgoingAsk;
  /** Answers arrive below this and nowhere else. */
  readonly answerPrefix: string;
  readonly resolve: (body: unknown) => void;
  readonly reject: (problem: Problem) => void;
  /** A request that no subscriber received may be sent once more. */
  mayRetry: boolean;
  /** It was sent once more although it is under way. */
  isRepeated: boolean;
  /** The replica that it was sent to last; undefined where that could be any. */
  replica: string | undefined;
  readonly deadlineAt: number;
  batch: SentBatch | undefined;
}

/** A batch message of which some answers are still out. */
export interface SentBatch {
  readonly token: string;
  readonly answerPrefix: string;
  readonly open: Set<PendingAsk>;
}

/** An ask without an answer for this time is overdue, and so again after each such time. */
export const overdueAfterMs = 500;

/** Asks that wait for an answer, each with its deadline, and the batches they travelled in. */
export class PendingAsks {
  private readonly asks = new Map<number, PendingAsk>();
  private readonly batches = new Map<string, SentBatch>();
  private readonly sweep = new DeadlineSweep((ids) => this.expire(ids));
  private lastId = 0;
  private lastBatch = 0;

  /**
   * @param overdue told of an ask that is overdue, each time, until it is sent once more
   * @param expired makes the problem of an ask whose deadline has come
   */
  constructor(
    private readonly overdue: (ask: PendingAsk) => void,
    private readonly expired: (ask: PendingAsk) => Problem,
  ) {}

  get size(): number {
    return this.asks.size;
  }

  add(
    ask: Pick<PendingAsk, 'outgoing' | 'answerPrefix' | 'resolve' | 'reject' | 'deadlineAt'>,
    now: number,
  ): PendingAsk {
    this.lastId += 1;
    const { outgoing, answerPrefix, resolve, reject, deadlineAt } = ask;
    // Written out: on this path spreading `ask` costs four times as much as all the rest of it.
    const pending: PendingAsk = {
      outgoing,
      answerPrefix,
      resolve,
      reject,
      id: this.lastId,
      mayRetry: true,
      isRepeated: false,
      replica: undefined,
      deadlineAt,
      batch: undefined,
    };
    this.asks.set(pending.id, pending);
    this.watch(pending, now);
    return pending;
  }

  has(ask: PendingAsk): boolean {
    return this.asks.has(ask.id);
  }

  get(id: number | string): PendingAsk | undefined {
    return typeof id === 'number' ? this.asks.get(id) : undefined;
  }

  batch(token: string): SentBatch | undefined {
    return this.batches.get(token);
  }

  openBatch(asks: readonly PendingAsk[], answerPrefix: string): SentBatch {
    this.lastBatch += 1;
    const batch: SentBatch = { token: `b${this.lastBatch}`, answerPrefix, open: new Set(asks) };
    this.batches.set(batch.token, batch);
    for (const ask of asks) ask.batch = batch;
    return batch;
  }

  /** The ask no longer travels in its batch: it was answered, or will be sent again. */
  leaveBatch(ask: PendingAsk): void {
    const { batch } = ask;
    if (batch === undefined) return;
    ask.batch = undefined;
    batch.open.delete(ask);
    if (batch.open.size === 0) this.batches.delete(batch.token);
  }

  resolve(ask: PendingAsk, body: unknown): void {
    if (this.settle(ask)) ask.resolve(body);
  }

  reject(ask: PendingAsk, problem: Problem): void {
    if (this.settle(ask)) ask.reject(problem);
  }

  /** Rejects all that `chosen` picks; of everything, when left out. */
  rejectAll(problem: (ask: PendingAsk) => Problem, chosen: (ask: PendingAsk) => boolean = () => true): void {
    for (const ask of [...this.asks.values()]) if (chosen(ask)) this.reject(ask, problem(ask));
  }

  private settle(ask: PendingAsk): boolean {
    this.leaveBatch(ask);
    const isFirst = this.asks.delete(ask.id);
    if (this.asks.size === 0) this.sweep.clear();
    return isFirst;
  }

  private watch({ id, isRepeated, deadlineAt }: PendingAsk, now: number): void {
    this.sweep.add(id, isRepeated ? deadlineAt : Math.min(now + overdueAfterMs, deadlineAt));
  }

  private expire(ids: readonly number[]): void {
    const now = monotonicMs();
    for (const id of ids) {
      const ask = this.asks.get(id);
      if (ask === undefined) continue;
      if (ask.deadlineAt - now < soonMs) this.reject(ask, this.expired(ask));
      else {
        this.watch(ask, now);
        if (!ask.isRepeated) this.overdue(ask);
      }
    }
  }
}
