import { type Logger, LogLimit } from '@countersign/observability';

/** Logs faults, at most ten lines a second: when a dependency is down, every request fails alike. */
export class FaultLog {
  private readonly limit = new LogLimit(10, 1_000);

  constructor(private readonly logger: Logger) {}

  /** `context` holds ids, never what a caller sent. */
  write(error: unknown, context: Readonly<Record<string, unknown>>, message: string): void {
    const leftOut = this.limit.admit();
    if (leftOut === undefined) return;
    this.logger.error({ err: error, ...context, ...(leftOut === 0 ? {} : { leftOut }) }, message);
  }
}
