import { Problem, type ProblemCode } from '@countersign/contracts';
import { type Logger, LogLimit } from '@countersign/observability';

/**
 * Logs faults, at most ten lines a second: when a dependency is down, every request fails alike. A problem is an expected
 * refusal: its code and its detail say what it is, and its stack trace would only say where the answer was read. One that
 * clients cause by asking too much is a warning.
 */
export class FaultLog {
  private readonly limit = new LogLimit(10, 1_000);

  constructor(private readonly logger: Pick<Logger, 'error' | 'warn'>) {}

  /** `context` holds ids, never what a caller sent. */
  write(error: unknown, context: Readonly<Record<string, unknown>>, message: string): void {
    const problem = error instanceof Problem ? error : undefined;
    const isLoad = problem !== undefined && causedByLoad.has(problem.code);
    const leftOut = this.limit.admit(isLoad ? 'load' : 'fault');
    if (leftOut === undefined) return;
    const what = problem === undefined ? { err: error } : { problem: problem.code, reason: problem.message };
    const fields = { ...what, ...context, ...(leftOut === 0 ? {} : { leftOut }) };
    if (isLoad) this.logger.warn(fields, message);
    else this.logger.error(fields, message);
  }
}

const causedByLoad: ReadonlySet<ProblemCode> = new Set(['bus.overloaded', 'password.hashing_overloaded']);
