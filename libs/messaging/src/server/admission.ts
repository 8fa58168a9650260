import { monotonicMs } from '@countersign/clock';

/** One piece of work that asks to run. */
export interface Job {
  /** By `monotonicMs`. Past it the asker has given up. */
  readonly deadlineAt: number;
  run(): Promise<void>;
  /** Called instead of `run` when the deadline has passed, here or on the way. */
  expire(): void;
  /** While it runs: its place among those that do. Set by {@link Admission}. */
  slot: number;
  /** The id that the asker whose answers arrive below `prefix` knows it by; undefined for another's. */
  idBelow(prefix: string): number | string | undefined;
}

/**
 * Bounded work (guarantee G8): so many at once, so many waiting, and no more. What waited past its deadline is
 * dropped without being run: its asker has given up, and the backlog would only delay the others.
 */
export class Admission {
  private readonly queue: Job[] = [];
  private head = 0;
  private readonly running: Job[] = [];
  private readonly idleListeners: (() => void)[] = [];

  constructor(
    private readonly maxRunning: number,
    private readonly maxWaiting: number,
  ) {}

  /** Jobs that run, and jobs that wait, at this moment. */
  get load(): { readonly running: number; readonly waiting: number } {
    return { running: this.running.length, waiting: this.queue.length - this.head };
  }

  /** What runs or waits here for the asker whose answers arrive below `prefix`. */
  heldBelow(prefix: string): readonly (number | string)[] {
    const jobs = [...this.running, ...this.queue.slice(this.head)];
    return jobs.map((job) => job.idBelow(prefix)).filter((id) => id !== undefined);
  }

  /** Answers `false`, at once, when the job can neither run nor wait. */
  admit(job: Job): boolean {
    if (job.deadlineAt <= monotonicMs()) job.expire();
    else if (this.running.length < this.maxRunning) this.start(job);
    else if (this.queue.length - this.head < this.maxWaiting) this.queue.push(job);
    else return false;
    return true;
  }

  /** Resolves when nothing runs and nothing waits. */
  idle(): Promise<void> {
    if (this.running.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.idleListeners.push(resolve));
  }

  private start(job: Job): void {
    job.slot = this.running.push(job) - 1;
    const ended = () => this.ended(job);
    job.run().then(ended, ended);
  }

  private ended(job: Job): void {
    this.remove(job);
    const hasRoom = () => this.running.length < this.maxRunning;
    for (let next = this.take(); next !== undefined; next = hasRoom() ? this.take() : undefined) {
      if (next.deadlineAt > monotonicMs()) this.start(next);
      else next.expire();
    }
    if (this.running.length === 0) for (const resolve of this.idleListeners.splice(0)) resolve();
  }

  /** The last one takes its slot. A `Set` of jobs would cost each request 5 µs, most of it for identity hashes. */
  private remove(job: Job): void {
    const last = this.running.pop();
    if (last === undefined || last === job) return;
    this.running[job.slot] = last;
    last.slot = job.slot;
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
