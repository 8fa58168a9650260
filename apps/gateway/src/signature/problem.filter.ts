import { Problem } from '@countersign/contracts';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Answer } from '../http/answer.js';
import type { FaultLog } from '../http/fault-log.js';
import { MalformedRequest } from '../http/malformed-request.js';
import { type RequestTarget, targetOf } from '../http/request-target.js';
import { sendAnswer } from '../http/send-answer.js';
import type { Dialect } from './dialect.js';
import type { Exchange } from './exchange.js';
import type { Judge } from './judge.js';

/** Everything that is thrown behind the guard ends here, in the words of the request's dialect. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly judge: Judge,
    private readonly faults: FaultLog,
    private readonly dialectOf: (target: RequestTarget) => Dialect,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const { exchange, raw } = http.getRequest<FastifyRequest>();
    const answer = this.answerTo(error, exchange, exchange?.dialect ?? this.dialectOf(targetOf(raw)));
    if (exchange !== null && answer.http === 400) this.judge.decline(exchange, 'malformed', answer);
    if (reply.sent) return;
    sendAnswer(reply, answer);
  }

  private answerTo(error: unknown, exchange: Exchange | null, dialect: Dialect): Answer {
    if (error instanceof MalformedRequest) {
      return error.outcome === undefined ? dialect.malformed(error.reason) : dialect.answers[error.outcome];
    }
    if (error instanceof Problem) return this.answerToProblem(error, exchange, dialect);
    if (statusOf(error) === 404) return dialect.answers.notFound;
    this.log(error, exchange, 'unexpected fault');
    return dialect.answers.fault;
  }

  private answerToProblem(problem: Problem, exchange: Exchange | null, dialect: Dialect): Answer {
    if (exchange !== null) exchange.problem = problem.code;
    const answer = dialect.answerTo(problem, exchange);
    if (answer.http >= 500) this.log(problem, exchange, 'request failed');
    return problem.retryAfterSeconds === undefined || answer.retryAfterSeconds === undefined
      ? answer
      : { ...answer, retryAfterSeconds: problem.retryAfterSeconds };
  }

  private log(error: unknown, exchange: Exchange | null, message: string): void {
    const { traceId, requestId } = exchange?.correlation ?? {};
    const applicationId = exchange?.application?.applicationId;
    this.faults.write(error, { traceId, requestId, applicationId, route: exchange?.route?.name }, message);
  }
}

/** Of an error of Nest or Fastify. */
function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  const { status, statusCode } = error as { status?: unknown; statusCode?: unknown };
  const found = status ?? statusCode;
  return typeof found === 'number' ? found : undefined;
}
