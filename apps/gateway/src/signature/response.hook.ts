import { type Clock, monotonicMs } from '@countersign/clock';
import { formatSignedDate, signResponse } from '@countersign/signing';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { writeAnswer } from '../http/send-answer.js';
import type { Exchange } from './exchange.js';
import type { GatewayMetrics } from './gateway-metrics.js';
import type { Judge } from './judge.js';
import type { ClaimOutcome } from './replay.js';

type Done = (error: Error | null, payload?: unknown) => void;

/**
 * The way out, which every answer takes. It is held back until a claim that is under way is won, and is replaced by
 * the refusal if it is lost. Then exactly the bytes that leave are signed (contract B, guarantee G6).
 */
export class ResponseHook {
  private isClosing = false;

  constructor(
    private readonly judge: Judge,
    private readonly metrics: GatewayMetrics,
    private readonly clock: Clock,
  ) {}

  /** From now on every answer also ends its connection. */
  close(): void {
    this.isClosing = true;
  }

  /** Fastify's `onSend`. */
  readonly leave = (request: FastifyRequest, reply: FastifyReply, payload: unknown, done: Done): void => {
    const { exchange } = request;
    if (exchange === null || exchange.isOpen) done(null, payload);
    else if (exchange.claim === undefined) done(null, this.sign(exchange, reply, payload));
    else if (exchange.claim.outcome !== undefined) {
      done(null, this.sign(exchange, reply, this.settle(exchange, exchange.claim.outcome, reply, payload)));
    } else {
      exchange.claim.decided
        .then((outcome) => done(null, this.sign(exchange, reply, this.settle(exchange, outcome, reply, payload))))
        .catch(done);
    }
  };

  /** The payload itself, or what is said instead of it. */
  private settle(exchange: Exchange, outcome: ClaimOutcome, reply: FastifyReply, payload: unknown): unknown {
    exchange.claim = undefined;
    const answer = this.judge.settle(exchange, outcome);
    if (answer === undefined) return payload;
    exchange.problem = undefined;
    reply.removeHeader('retry-after');
    return writeAnswer(reply, answer);
  }

  private sign(exchange: Exchange, reply: FastifyReply, payload: unknown): string | Buffer {
    // The work is done. When the answer leaves is up to its client, who shall hold nothing by not reading.
    exchange.place?.leave();
    const body = reply.request.raw.method === 'HEAD' ? '' : bytesOf(payload);
    const date = formatSignedDate(this.clock.now(), 'second');
    reply
      .header('cache-control', 'no-cache, no-store')
      .header('pragma', 'no-cache')
      .header('expires', '-1')
      .header('date', date)
      .header('x-request-id', exchange.correlation.requestId);
    if (this.isClosing) reply.header('connection', 'close');
    const { application, answerKey: key } = exchange;
    if (application !== undefined && key !== undefined) {
      const { applicationId } = application;
      reply.header('x-sa-date', date).header('x-sa-signature', signResponse({ date, applicationId, body, key }));
    }
    const outcome = exchange.problem ?? (reply.statusCode === 200 ? 'ok' : 'other');
    const tookMs = monotonicMs() - exchange.arrivedAt;
    this.metrics.answered(exchange.route?.name ?? 'none', reply.statusCode, outcome, tookMs);
    return body;
  }
}

/** Only texts and buffers are answered; a stream could not be signed before it has left. */
function bytesOf(payload: unknown): string | Buffer {
  if (typeof payload === 'string' || Buffer.isBuffer(payload)) return payload;
  if (payload === null || payload === undefined) return '';
  throw new TypeError('an answer is neither text nor bytes');
}
