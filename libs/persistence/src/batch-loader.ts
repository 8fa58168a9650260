import { Problem } from '@countersign/contracts';
import { storeFaultOf } from './store-fault.js';

export interface BatchLoaderOptions<Key, Value> {
  /** One result for each key, by position; an `Error` is the result of its key alone. */
  read(keys: readonly Key[]): Promise<readonly (Value | Error)[]>;
  /** Keys in one call at most. */
  readonly maxItems: number;
  /** Calls under way at most; while all are, items gather. */
  readonly concurrency: number;
  /** Items that may wait; one more is refused. */
  readonly maxWaiting?: number;
}

interface Waiting<Key, Value> {
  readonly key: Key;
  resolve(value: Value): void;
  reject(error: unknown): void;
}

/**
 * Items that wait in one turn of the event loop become one call. Nothing is cached, nothing is merged, and a lone item
 * goes at the end of its own turn: batches form only from what is already there. A call that fails is tried again item
 * by item, so that a poisoned item fails alone (guarantee G7); not so when the store is down, where each try would only
 * wait again.
 */
export class BatchLoader<Key, Value> {
  private waiting: Waiting<Key, Value>[] = [];
  private running = 0;
  private isScheduled = false;

  constructor(private readonly options: BatchLoaderOptions<Key, Value>) {}

  /** @throws Problem `store.unavailable` when too many items wait; else what the call says of this key */
  load(key: Key): Promise<Value> {
    if (this.waiting.length >= (this.options.maxWaiting ?? 10_000)) {
      return Promise.reject(new Problem('store.unavailable', `${this.waiting.length} items wait already`, 1));
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ key, resolve, reject });
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.isScheduled || this.waiting.length === 0 || this.running >= this.options.concurrency) return;
    this.isScheduled = true;
    // after the input of this turn has been read, before anything new is waited for
    setImmediate(() => {
      this.isScheduled = false;
      this.start();
    });
  }

  private start(): void {
    while (this.running < this.options.concurrency && this.waiting.length > 0) {
      const items = this.waiting.splice(0, this.options.maxItems);
      this.running += 1;
      void this.call(items).finally(() => {
        this.running -= 1;
        this.schedule();
      });
    }
  }

  private async call(items: readonly Waiting<Key, Value>[]): Promise<void> {
    try {
      settle(items, await this.options.read(items.map((item) => item.key)));
    } catch (error) {
      if (items.length === 1 || storeFaultOf(error) === 'unavailable') {
        for (const item of items) item.reject(error);
        return;
      }
      for (const item of items) await this.call([item]);
    }
  }
}

function settle<Key, Value>(items: readonly Waiting<Key, Value>[], results: readonly (Value | Error)[]): void {
  if (results.length !== items.length) {
    throw new Error(`a batch of ${items.length} keys was answered with ${results.length} results`);
  }
  items.forEach((item, position) => {
    const result = results[position] as Value | Error;
    if (result instanceof Error) item.reject(result);
    else item.resolve(result);
  });
}
