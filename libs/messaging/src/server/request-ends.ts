import { monotonicMs } from '@countersign/clock';
import { Problem } from '@countersign/contracts';
import { type Logger, LogLimit } from '@countersign/observability';
import type { Asked } from '../wire/ask-context.js';
import { describeFaults } from '../wire/fitting.js';
import { traceIdOf } from '../wire/trace.js';
import type { AnswerMetrics, IgnoreReason } from './answer-metrics.js';
import type { AnswerAddress, AnswerPublisher } from './answer-publisher.js';
import type { Endpoint } from './endpoint.js';

/** Ignored requests of one subject and reason, and faults of one code, are logged once in this time, against floods. */
const quietMs = 10_000;

/** How the requests of a server end, each counted once: replied to, refused, or ignored. */
export class RequestEnds {
  private readonly ignoredLines = new LogLimit(1, quietMs);
  private readonly faultLines = new LogLimit(1, quietMs);

  constructor(
    private readonly answers: AnswerPublisher,
    private readonly metrics: AnswerMetrics | undefined,
    private readonly log: Logger | undefined,
  ) {}

  /** @throws Error when the reply does not fit, or cannot be written as JSON: nothing was sent or counted */
  reply(endpoint: Endpoint, to: AnswerAddress, reply: unknown, startedAt: number): void {
    const parsed = endpoint.operation.reply.safeParse(reply);
    if (!parsed.success) throw new Error(`the reply does not fit: ${describeFaults(parsed.error)}`);
    this.answers.reply(to, JSON.stringify(parsed.data));
    this.count(endpoint, startedAt, undefined);
  }

  refuse(endpoint: Endpoint, to: AnswerAddress, problem: Problem, startedAt = monotonicMs()): void {
    this.answers.refuse(to, problem);
    this.count(endpoint, startedAt, problem);
  }

  /**
   * A problem travels as it is. One that is a fault, such as of a key ring or a full disk, is also logged.
   * Anything else is logged once, with its trace, and travels as `internal` (ASVS 16.5.1).
   */
  fail(endpoint: Endpoint, to: AnswerAddress, error: unknown, asked: Asked, startedAt: number): void {
    if (error instanceof Problem) this.tellFault(endpoint, error, asked);
    this.refuse(endpoint, to, error instanceof Problem ? error : this.internal(endpoint, error, asked), startedAt);
  }

  /** Counts a request that is neither run nor answered, and logs it without a word of its content. */
  ignore({ subject }: Endpoint, reason: IgnoreReason): void {
    this.metrics?.ignore(subject, reason);
    const leftOut = this.ignoredLines.admit(`${subject} ${reason}`);
    if (leftOut !== undefined) this.log?.warn({ subject, reason, count: leftOut + 1 }, 'requests ignored');
  }

  private tellFault({ subject }: Endpoint, problem: Problem, asked: Asked): void {
    if (problem.status < 500) return;
    const leftOut = this.faultLines.admit(`${subject} ${problem.code}`);
    if (leftOut === undefined) return;
    const traceId = traceIdOf(asked.traceparent);
    const fields = { subject, caller: asked.caller, traceId, reason: problem.message, count: leftOut + 1 };
    this.log?.error(fields, 'requests could not be served');
  }

  private internal({ subject }: Endpoint, error: unknown, asked: Asked): Problem {
    const traceId = traceIdOf(asked.traceparent);
    this.log?.error({ err: error, subject, caller: asked.caller, traceId }, 'operation failed');
    return new Problem('internal', `trace ${traceId}`);
  }

  private count(endpoint: Endpoint, startedAt: number, problem: Problem | undefined): void {
    const durationMs = monotonicMs() - startedAt;
    endpoint.record(durationMs, problem?.code);
    this.metrics?.handled(endpoint.subject, problem?.code ?? 'ok', durationMs);
  }
}
