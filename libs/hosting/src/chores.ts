import { monotonicMs } from '@countersign/clock';
import { Problem } from '@countersign/contracts';
import type { Logger, Metrics } from '@countersign/observability';

/** Something done again and again beside the requests. */
export interface Chore {
  readonly name: string;
  readonly everyMs: number;
  /** A long run looks now and then whether it may go on. */
  run(mayGoOn: () => boolean): Promise<unknown>;
}

/** Runs chores, each by itself and never twice at once. A chore that fails is told to the log and tried again. */
export class Chores {
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly running = new Map<string, Promise<void>>();
  private isClosing = false;

  private readonly runs;

  constructor(
    private readonly logger: Logger,
    metrics?: Metrics,
  ) {
    this.runs = metrics?.counter('chore_runs_total', 'runs of what is done beside the requests, by name and outcome', [
      'chore',
      'outcome',
    ]);
  }

  start(chores: readonly Chore[]): void {
    for (const chore of chores) this.schedule(chore, chore.everyMs);
  }

  /** Lets what runs end. */
  async close(): Promise<void> {
    this.isClosing = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    await Promise.all(this.running.values());
  }

  private schedule(chore: Chore, inMs: number): void {
    if (this.isClosing) return;
    this.timers.set(
      chore.name,
      setTimeout(() => this.running.set(chore.name, this.runOnce(chore)), inMs),
    );
  }

  private async runOnce(chore: Chore): Promise<void> {
    const startedAt = monotonicMs();
    try {
      await chore.run(() => !this.isClosing);
      this.runs?.inc({ chore: chore.name, outcome: 'done' });
    } catch (error) {
      this.runs?.inc({ chore: chore.name, outcome: error instanceof Problem ? 'waiting' : 'failed' });
      const fields = { chore: chore.name, ms: Math.round(monotonicMs() - startedAt) };
      if (error instanceof Problem) this.logger.warn({ ...fields, reason: error.message }, 'a chore has to wait');
      else this.logger.error({ ...fields, err: error }, 'a chore failed');
    }
    this.schedule(chore, chore.everyMs);
  }
}
