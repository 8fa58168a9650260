import { monotonicMs } from '@countersign/clock';
import { Problem } from '@countersign/contracts';
import type { Logger, Metrics } from '@countersign/observability';

/** Something done again and again beside the requests. */
export interface Job {
  readonly name: string;
  readonly everyMs: number;
  /** Its first run is not waited for. */
  readonly isDueAtStart?: boolean;
  /** A long run looks now and then whether it may go on. */
  run(mayGoOn: () => boolean): Promise<unknown>;
}

/**
 * Runs jobs, each by itself and never twice at once. A job that fails is logged and tried again. One that has to wait is
 * logged when the reason is another than before, and when it has succeeded: some run twice a second.
 */
export class Jobs {
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly running = new Map<string, Promise<void>>();
  private readonly waiting = new Map<string, string>();
  private isClosing = false;

  private readonly runs;

  constructor(
    private readonly logger: Logger,
    metrics?: Metrics,
  ) {
    this.runs = metrics?.counter('job_runs_total', 'runs of what is done beside the requests, by name and outcome', [
      'job',
      'outcome',
    ]);
  }

  start(jobs: readonly Job[]): void {
    for (const job of jobs) this.schedule(job, job.isDueAtStart ? 0 : job.everyMs);
  }

  /** Lets what runs end. */
  async close(): Promise<void> {
    this.isClosing = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    await Promise.all(this.running.values());
  }

  private schedule(job: Job, inMs: number): void {
    if (this.isClosing) return;
    this.timers.set(
      job.name,
      setTimeout(() => this.running.set(job.name, this.runOnce(job)), inMs),
    );
  }

  private async runOnce(job: Job): Promise<void> {
    const startedAt = monotonicMs();
    try {
      await job.run(() => !this.isClosing);
      this.runs?.inc({ job: job.name, outcome: 'done' });
      if (this.waiting.delete(job.name)) this.logger.info({ job: job.name }, 'a job that had to wait has succeeded');
    } catch (error) {
      this.runs?.inc({ job: job.name, outcome: error instanceof Problem ? 'waiting' : 'failed' });
      const fields = { job: job.name, ms: Math.round(monotonicMs() - startedAt) };
      if (!(error instanceof Problem)) this.logger.error({ ...fields, err: error }, 'a job failed');
      else if (this.waiting.get(job.name) !== error.message) {
        this.waiting.set(job.name, error.message);
        this.logger.warn({ ...fields, reason: error.message }, 'a job has to wait');
      }
    }
    this.schedule(job, job.everyMs);
  }
}
