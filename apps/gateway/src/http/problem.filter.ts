import { Problem, type RealmSettings } from '@countersign/contracts';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answers } from '../secureauth/contract.js';
import type { Exchange } from '../signature/exchange.js';
import type { Judge } from '../signature/judge.js';
import type { Answer } from './answer.js';
import type { FaultLog } from './fault-log.js';
import { MalformedRequest } from './malformed-request.js';
import { problemAnswers } from './problem-status.js';
import { sendAnswer } from './send-answer.js';

/** Everything that is thrown behind the guard ends here, in the dialect's shape. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly judge: Judge,
    private readonly faults: FaultLog,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const { exchange } = http.getRequest<FastifyRequest>();
    const answer = this.answerTo(error, exchange);
    if (exchange !== null && answer.http === 400) this.judge.decline(exchange, 'malformed', answer);
    if (reply.sent) return;
    sendAnswer(reply, answer);
  }

  private answerTo(error: unknown, exchange: Exchange | null): Answer {
    if (error instanceof MalformedRequest) return error.answer;
    if (error instanceof Problem) return this.answerToProblem(error, exchange);
    if (statusOf(error) === 404) return answers.notFound;
    this.log(error, exchange, 'unexpected fault');
    return answers.fault;
  }

  private answerToProblem(problem: Problem, exchange: Exchange | null): Answer {
    const special = exchange?.route?.problems[problem.code] ?? problemAnswers[problem.code];
    const answer = typeof special === 'function' ? special(settingsOf(exchange)) : special;
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

function settingsOf(exchange: Exchange | null): RealmSettings {
  if (exchange?.application === undefined) throw new Error('a realm answer without a realm');
  return exchange.application.settings;
}

/** Of an error of Nest or Fastify. */
function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  const { status, statusCode } = error as { status?: unknown; statusCode?: unknown };
  const found = status ?? statusCode;
  return typeof found === 'number' ? found : undefined;
}
