import { monotonicMs } from '@countersign/clock';
import type { Logger } from '@countersign/observability';

/**
 * Logs faults without drowning the log: when a dependency is down, every request fails alike. Past a few lines a
 * second they are counted, and the count stands in the next line.
 */
export class FaultLog {
  private windowEndsAt = 0;
  private written = 0;
  private left = 0;

  constructor(private readonly logger: Logger) {}

  /** `context` holds ids, never what a caller sent. */
  write(error: unknown, context: Readonly<Record<string, unknown>>, message: string): void {
    const now = monotonicMs();
    if (now >= this.windowEndsAt) {
      this.windowEndsAt = now + 1_000;
      this.written = 0;
    }
    if (this.written >= LINES_A_SECOND) {
      this.left += 1;
      return;
    }
    this.written += 1;
    const left = this.left;
    this.left = 0;
    this.logger.error({ err: error, ...context, ...(left === 0 ? {} : { leftOut: left }) }, message);
  }
}

const LINES_A_SECOND = 10;
