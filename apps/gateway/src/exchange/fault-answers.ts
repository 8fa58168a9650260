import { Problem } from '@countersign/contracts';
import type { FaultLog } from '../http/fault-log.js';
import { MalformedRequest } from '../http/malformed-request.js';
import type { Exchange, Outcome } from './exchange.js';

/** What is answered when a handler, or the pipeline itself, throws: in the words of the request's dialect. */
export class FaultAnswers {
  constructor(private readonly faults: FaultLog) {}

  /** Never throws: where the dialect has no words, its answer to a fault stands in. */
  answerTo(error: unknown, exchange: Exchange): Outcome {
    try {
      return this.inWordsOfTheDialect(error, exchange);
    } catch (wordless) {
      this.log(error, exchange, 'request failed');
      this.log(wordless, exchange, 'a dialect could not tell what failed');
      return { answer: exchange.dialect.answers.fault };
    }
  }

  private inWordsOfTheDialect(error: unknown, exchange: Exchange): Outcome {
    const { dialect } = exchange;
    if (error instanceof MalformedRequest) {
      return { answer: error.outcome === undefined ? dialect.malformed(error.reason) : dialect.answers[error.outcome] };
    }
    if (error instanceof Problem) return this.answerToProblem(error, exchange);
    this.log(error, exchange, 'unexpected fault');
    return { answer: dialect.answers.fault };
  }

  private answerToProblem(problem: Problem, exchange: Exchange): Outcome {
    const { dialect, served, sender, subject } = exchange;
    const answer = dialect.answerTo(problem, { endpoint: served?.endpoint, application: sender, subject });
    if (answer.http >= 500) this.log(problem, exchange, 'request failed');
    const { retryAfterSeconds = answer.retryAfterSeconds } = problem;
    const isHopeful = answer.retryAfterSeconds !== undefined && retryAfterSeconds !== undefined;
    return { answer: isHopeful ? { ...answer, retryAfterSeconds } : answer, problem: problem.code };
  }

  log(error: unknown, { correlation, sender, served }: Exchange, message: string): void {
    const { traceId, requestId } = correlation;
    const context = { traceId, requestId, applicationId: sender?.applicationId, route: served?.label };
    this.faults.write(error, context, message);
  }
}
