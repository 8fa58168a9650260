import { setTimeout as pause } from 'node:timers/promises';
import { monotonicMs, within } from '@countersign/clock';
import type { Bus } from '../connection/bus.js';
import type { SentAfter } from '../wire/message-headers.js';

const everyMs = 100;
const giveUpMs = 2_000;

/**
 * Since when what arrives now can have been on its way. The bus answers a ping behind all that it had sent before, so
 * what arrives after the answer left the bus after the ping. In a process that was frozen the last answered ping is older
 * than the freeze until all that has waited is read.
 */
export class LastPing implements SentAfter {
  at = Number.NEGATIVE_INFINITY;
  storeAt = Number.NEGATIVE_INFINITY;
  private isClosed = false;

  /** @param storeClock what the clock of the database shows at least; left out in a service without one */
  constructor(
    private readonly bus: Bus,
    private readonly storeClock: (() => number) | undefined,
  ) {}

  storeNow(): number {
    return this.storeClock?.() ?? Number.NEGATIVE_INFINITY;
  }

  /** Call it before anything is subscribed: nothing can have arrived yet. */
  start(): void {
    this.answerTo(monotonicMs(), this.storeClock?.());
    void this.run();
  }

  stop(): void {
    this.isClosed = true;
  }

  private async run(): Promise<void> {
    while (!this.isClosed) {
      const [at, storeAt] = [monotonicMs(), this.storeClock?.()];
      const answered = this.bus.connection.flush().then(() => this.answerTo(at, storeAt));
      await within(answered, giveUpMs);
      await pause(everyMs, undefined, { ref: false });
    }
  }

  private answerTo(at: number, storeAt = Number.POSITIVE_INFINITY): void {
    this.at = at;
    this.storeAt = storeAt;
  }
}
