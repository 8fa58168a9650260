import { setTimeout as pause } from 'node:timers/promises';
import { monotonicMs, within } from '@countersign/clock';
import type { Bus } from '../connection/bus.js';
import type { SentAfter } from '../wire/message-headers.js';

const everyMs = 250;
const giveUpMs = 2_000;

/**
 * Since when what arrives now can have been on its way. The bus answers a ping behind all that it had sent before, so
 * what arrives after the answer left the bus after the ping. In a process that was frozen the last answered ping is older
 * than the freeze until all that has waited is read.
 */
export class LastPing {
  private answered: SentAfter;
  private isClosed = false;

  /** @param storeNow what the clock of the database shows at least */
  constructor(
    private readonly bus: Bus,
    private readonly storeNow: () => number,
  ) {
    this.answered = this.now();
  }

  get sentAfter(): SentAfter {
    return this.answered;
  }

  /** Before anything is subscribed: nothing can have arrived yet. */
  start(): void {
    this.answered = this.now();
    void this.run();
  }

  stop(): void {
    this.isClosed = true;
  }

  private async run(): Promise<void> {
    while (!this.isClosed) {
      const sent = this.now();
      const answered = this.bus.connection.flush().then(() => {
        this.answered = sent;
      });
      await within(answered, giveUpMs);
      await pause(everyMs, undefined, { ref: false });
    }
  }

  private now(): SentAfter {
    return { at: monotonicMs(), storeAt: this.storeNow() };
  }
}
