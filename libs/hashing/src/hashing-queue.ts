import { monotonicMs } from '@countersign/clock';
import { Problem } from '@countersign/contracts';

/** One piece of hash work. */
export interface HashingJob {
  /** Of one thread of this machine, expected. */
  readonly costMs: number;
  /** Places in the queue: how many hashes of ours take as long, at least one. */
  readonly places: number;
  /** Costly jobs have threads and a queue of their own. */
  readonly isCostly: boolean;
  /** By `monotonicMs`; past it the asker has stopped waiting, and the job is not begun. */
  readonly deadlineAt: number;
  run(): Promise<void>;
  /** Called instead of `run`. */
  refuse(problem: Problem): void;
}

export interface HashingQueueOptions {
  readonly threads: number;
  readonly queueLimit: number;
}

/** Work that waits, and how much of it was begun: the lane that had less of the threads is next. */
class Lane {
  jobs: HashingJob[] = [];
  running = 0;
  servedMs = 0;

  get waitingMs(): number {
    return this.jobs.reduce((sum, { costMs }) => sum + costMs, 0);
  }

  get places(): number {
    return this.jobs.reduce((sum, { places }) => sum + places, 0);
  }
}

/**
 * Which hash work runs when, and how much may wait (guarantee G8). Whose hashes are costly was decided by an import, and
 * anyone may ask for them: so they never take the last thread, nor more than their share of the queue, from hashes of
 * ours. On a single thread both get as much of its time while both wait.
 */
export class HashingQueue {
  private readonly light = new Lane();
  private readonly costly = new Lane();
  private readonly threads: number;
  private readonly queueLimit: number;
  private readonly costlyThreads: number;
  private refusedCount = 0;
  private idleListeners: (() => void)[] = [];

  constructor({ threads, queueLimit }: HashingQueueOptions) {
    this.threads = threads;
    this.queueLimit = queueLimit;
    this.costlyThreads = Math.max(1, threads - 1);
  }

  get waiting(): number {
    return this.light.jobs.length + this.costly.jobs.length;
  }

  /** Jobs that were refused because the queue was full or their deadline had passed, since the start. */
  get refused(): number {
    return this.refusedCount;
  }

  /** Runs the job, now or later, or refuses it: at once where it can neither run nor wait. */
  admit(job: HashingJob): void {
    const lane = this.laneOf(job);
    const other = lane === this.light ? this.costly : this.light;
    // a lane without jobs has not saved up time by that
    if (lane.jobs.length === 0) lane.servedMs = Math.max(lane.servedMs, other.servedMs);
    if (!this.canRun(lane) && !this.mayWait(job)) this.dropExpired();
    if (!this.canRun(lane) && !this.mayWait(job)) {
      this.refuse(job, `${this.waiting} passwords wait, and this one may not`);
      return;
    }
    lane.jobs.push(job);
    this.startWhatCan();
  }

  /** Resolves when nothing runs and nothing waits. */
  idle(): Promise<void> {
    if (this.light.running + this.costly.running + this.waiting === 0) return Promise.resolve();
    return new Promise((resolve) => this.idleListeners.push(resolve));
  }

  /** Refuses whatever waits. */
  clear(): void {
    this.drop(() => true, 'the service is closing');
  }

  /** A thread is free for the lane, and no job of the lane waits for it already. */
  private canRun(lane: Lane): boolean {
    return lane.jobs.length === 0 && this.hasThread(lane);
  }

  private hasThread(lane: Lane): boolean {
    if (this.light.running + this.costly.running >= this.threads) return false;
    return lane === this.light || lane.running < this.costlyThreads;
  }

  private mayWait(job: HashingJob): boolean {
    if (this.waiting >= this.queueLimit) return false;
    const { jobs, places, waitingMs } = this.laneOf(job);
    if (!job.isCostly) return places + job.places <= this.queueLimit || jobs.length === 0;
    if (jobs.length === 0) return true;
    return jobs.length < this.queueLimit / 2 && waitingMs + job.costMs <= LONGEST_COSTLY_WAIT_MS * this.costlyThreads;
  }

  private startWhatCan(): void {
    for (let lane = this.nextLane(); lane !== undefined; lane = this.nextLane()) {
      const job = lane.jobs.shift();
      if (job === undefined) break;
      if (job.deadlineAt > monotonicMs()) this.start(lane, job);
      else this.refuse(job, PAST_DEADLINE);
    }
    if (this.light.running + this.costly.running === 0) for (const tell of this.idleListeners.splice(0)) tell();
  }

  private nextLane(): Lane | undefined {
    const [light, costly] = [this.light, this.costly].map((lane) => lane.jobs.length > 0 && this.hasThread(lane));
    if (light && costly) return this.costly.servedMs < this.light.servedMs ? this.costly : this.light;
    if (light) return this.light;
    return costly ? this.costly : undefined;
  }

  private start(lane: Lane, job: HashingJob): void {
    lane.running += 1;
    lane.servedMs += job.costMs;
    void job.run().finally(() => {
      lane.running -= 1;
      this.startWhatCan();
    });
  }

  private dropExpired(): void {
    const now = monotonicMs();
    this.drop(({ deadlineAt }) => deadlineAt <= now, PAST_DEADLINE);
  }

  private drop(isDropped: (job: HashingJob) => boolean, why: string): void {
    for (const lane of [this.light, this.costly]) {
      const dropped = lane.jobs.filter(isDropped);
      lane.jobs = lane.jobs.filter((job) => !isDropped(job));
      for (const job of dropped) this.refuse(job, why);
    }
  }

  private refuse(job: HashingJob, why: string): void {
    this.refusedCount += 1;
    job.refuse(new Problem('password.hashing_overloaded', why));
  }

  private laneOf({ isCostly }: HashingJob): Lane {
    return isCostly ? this.costly : this.light;
  }
}

/** Costly work that may wait, by the thread: an asker waits 5 s, and the check itself takes up to one. */
const LONGEST_COSTLY_WAIT_MS = 2_000;
const PAST_DEADLINE = 'the deadline of this password has passed';
