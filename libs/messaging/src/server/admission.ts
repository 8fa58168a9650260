import { monotonicMs } from '@countersign/clock';

/** One piece of work that asks to run. */
export interface Job {
  /** By `monotonicMs`. Past it the asker has given up. */
  readonly deadlineAt: number;
  run(): Promise<void>;
  /** Called instead of `run` when the deadline has passed, here or on the way. */
  expire(): void;
}

/**
 * Bounded work (guarantee G8): so many at once, so many waiting, and no more. What waited past its deadline is
 * dropped without being run: its asker has given up, and the backlog would only delay the others.
 */
export class Admission {
  private readonly queue: Job[] = [];
  private head = 0;
  private running = 0;
  private readonly idleListeners: (() => void)[] = [];

  constructor(
    private readonly maxRunning: number,
    private readonly maxWaiting: number,
  ) {}

  /** Jobs that run, and jobs that wait, at this moment. */
  get load(): { readonly running: number; readonly waiting: number } {
    return { running: this.running, waiting: this.queue.length - this.head };
  }

  /** Answers `false`, at once, when the job can neither run nor wait. */
  admit(job: Job): boolean {
    if (job.deadlineAt <= monotonicMs()) job.expire();
    else if (this.running < this.maxRunning) this.start(job);
    else if (this.queue.length - this.head < this.maxWaiting) this.queue.push(job);
    else return false;
    return true;
  }

  /** Resolves when nothing runs and nothing waits. */
  idle(): Promise<void> {
    if (this.running === 0) return Promise.resolve();
    return new Promise((resolve) => this.idleListeners.push(resolve));
  }

  private start(job: Job): void {
    this.running += 1;
    job.run().then(
      () => this.ended(),
      () => this.ended(),
    );
  }

  private ended(): void {
    this.running -= 1;
    for (let next = this.take(); next !== undefined; next = this.running < this.maxRunning ? this.take() : undefined) {
      if (next.deadlineAt > monotonicMs()) this.start(next);
      else next.expire();
    }
    if (this.running === 0) for (const resolve of this.idleListeners.splice(0)) resolve();
  }

  private take(): Job | undefined {
    const job = this.queue[this.head];
    if (job === undefined) return undefined;
    this.head += 1;
    if (this.head === this.queue.length || this.head > 1_024) {
      this.queue.splice(0, this.head);
      this.head = 0;
    }
    return job;
  }
}
