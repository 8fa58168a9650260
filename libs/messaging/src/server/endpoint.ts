import type { Operation, ProblemCode } from '@countersign/contracts';
import type { Asked } from '../wire/ask-context.js';
import type { Together } from './together.js';

/** A bound method as Nest calls it: on its instance, with what it injects. */
export type Bound = (request: unknown, context?: Asked) => Promise<unknown>;

/** One operation a service answers, and how it has done since it started (ADR-32, "STATS"). */
export class Endpoint {
  requests = 0;
  errors = 0;
  /** A code only: what went wrong with whom is for the log. */
  lastError: ProblemCode | undefined;
  private processingMs = 0;

  constructor(
    readonly operation: Operation,
    readonly handle: Bound,
    /** Where the method takes all requests that wait. */
    readonly together?: Together | undefined,
  ) {}

  get subject(): string {
    return this.operation.subject;
  }

  /** Counts one request that was run or refused. */
  record(durationMs: number, refused: ProblemCode | undefined): void {
    this.requests += 1;
    this.processingMs += durationMs;
    if (refused === undefined) return;
    this.errors += 1;
    this.lastError = refused;
  }

  /** ADR-32 counts in nanoseconds. */
  get processingNanoseconds(): number {
    return Math.round(this.processingMs * 1e6);
  }

  get averageNanoseconds(): number {
    return this.requests === 0 ? 0 : Math.round(this.processingNanoseconds / this.requests);
  }

  /** `[A-Za-z0-9_-]+`: the subject below the service's own part. */
  get name(): string {
    return (
      this.subject
        .split('.')
        .slice(3)
        .join('-')
        .replace(/[^A-Za-z0-9_-]/g, '-') || 'endpoint'
    );
  }
}
