import { monotonicMs } from '@countersign/clock';

/**
 * Reads something again on request, at most once in a while for each key. Callers in between share the next read. So
 * every caller gets an answer that was read after its call, and a flood of calls is a few reads a second.
 */
export class Rechecks<Value> {
  private readonly latest = new Map<string, { startedAt: number; next: Promise<Value> | undefined }>();
  private waiting = 0;

  /** @param waitingLimit callers that may wait for a next read at once, whatever their key */
  constructor(
    private readonly read: (key: string) => Promise<Value>,
    private readonly everyMs: number,
    private readonly waitingLimit: number,
  ) {}

  /** Undefined: too many wait already. */
  ask(key: string): Promise<Value> | undefined {
    const now = monotonicMs();
    const entry = this.latest.get(key);
    if (entry === undefined || entry.startedAt + this.everyMs <= now) return this.start(key, now);
    if (this.waiting >= this.waitingLimit) return undefined;
    this.waiting += 1;
    entry.next ??= this.startAt(key, entry.startedAt + this.everyMs - now);
    return entry.next.finally(() => {
      this.waiting -= 1;
    });
  }

  private start(key: string, now: number): Promise<Value> {
    this.latest.delete(key);
    this.latest.set(key, { startedAt: now, next: undefined });
    this.forget(now);
    return this.read(key);
  }

  private startAt(key: string, inMs: number): Promise<Value> {
    return new Promise((resolve, reject) => {
      setTimeout(() => this.start(key, monotonicMs()).then(resolve, reject), inMs).unref();
    });
  }

  /** Entries stand in the order of their start; one whose while is over says nothing any more. */
  private forget(now: number): void {
    for (const [key, { startedAt, next }] of this.latest) {
      if (startedAt + this.everyMs > now || next !== undefined) return;
      this.latest.delete(key);
    }
  }
}
