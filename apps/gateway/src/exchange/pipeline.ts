import { type Clock, monotonicMs, within } from '@countersign/clock';
import { type RefusalReason, reservedRealmNames } from '@countersign/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Answer, type GeneralOutcome, httpDate } from '../http/answer.js';
import type { BodyBudget } from '../http/body-budget.js';
import { Connection, type Turn } from '../http/connection.js';
import { announcesBody, isCodingKnown, namesHost } from '../http/message-head.js';
import { readRawBody } from '../http/raw-body.js';
import { isOpenPath } from '../http/request-target.js';
import type { Throttle } from '../http/throttle.js';
import type { Dialect } from './dialect.js';
import { Reply } from './endpoint.js';
import { Exchange, type ExchangeParts, type Outcome } from './exchange.js';
import type { FaultAnswers } from './fault-answers.js';
import type { GatewayMetrics } from './gateway-metrics.js';
import type { Refusals } from './refusals.js';
import type { Credential, CredentialScheme, Obstacle } from './scheme.js';

export interface PipelineParts extends ExchangeParts {
  readonly schemes: ReadonlyMap<Dialect, CredentialScheme>;
  readonly throttle: Throttle;
  readonly bodyBudget: BodyBudget;
  readonly faultAnswers: FaultAnswers;
  readonly refusals: Refusals;
  readonly metrics: GatewayMetrics;
  readonly clock: Clock;
  readonly bodyLimitBytes: number;
  /** Requests of one connection that may wait for their answers. */
  readonly pipelineLimit: number;
}

/**
 * The journey of a request, from socket to socket. Fastify's first hook hands every request over, whether a route takes
 * it or not: nothing else reads, parses or answers it. The open paths are the exception; they go on after step 2.
 *
 * 1. **open** the exchange: what the head tells, which dialect the path is of, which route takes it
 * 2. **meet** the connection: one host, a transfer coding that is known, not too many requests at once
 * 3. **find the realm** that the path names, where the dialect's paths name one
 * 4. **identify** the application that says to have sent the request (credential scheme)
 * 5. **wait for its turn** behind the requests before it on the connection, where one of them or this one changes something
 * 6. **verify** that it did, over the bytes of the body (credential scheme)
 * 7. **enter** among the requests under way, if there is room
 * 8. **admit**: the credential is claimed, so that it is never taken again, and the application may do this
 * 9. **handle**: the endpoint reads names and body, asks a service, and makes the body of the answer (dialect)
 * 10. **leave**: headers, a seal over exactly the bytes that leave (credential scheme), metrics
 *
 * Each step returns the obstacle that ends the journey, or undefined; then the request goes on.
 */
export class Pipeline {
  private isClosing = false;

  constructor(private readonly parts: PipelineParts) {}

  /** From now on nothing new is begun, and every answer ends its connection. */
  close(): void {
    this.isClosing = true;
  }

  /** Resolves once no request is under way. */
  idle(): Promise<void> {
    return this.parts.throttle.idle();
  }

  /** Fastify's `onRequest`. */
  receive(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
    const exchange = new Exchange(request, reply, this.parts);
    const obstacle = this.meetConnection(exchange);
    if (obstacle !== undefined) {
      reply.header('connection', 'close');
      this.leave(exchange, this.turnAway(exchange, obstacle));
    } else if (!isOpenPath(exchange.target.path)) {
      this.travel(exchange).catch((error: unknown) => this.abandon(exchange, error));
    } else if (request.is404) this.leave(exchange, this.turnAway(exchange, 'methodUnsupported'));
    else done();
  }

  private async travel(exchange: Exchange): Promise<void> {
    const connection = Connection.of(exchange.head.socket);
    const turn = connection.lineUp(exchange.head.method);
    try {
      this.leave(exchange, await this.outcomeOf(exchange, turn));
    } finally {
      connection.endTurn(turn);
    }
  }

  /** What fails on the way out cannot be answered any more. */
  private abandon(exchange: Exchange, error: unknown): void {
    this.parts.faultAnswers.log(error, exchange, 'an answer could not leave');
    exchange.reply.raw.destroy();
  }

  private async outcomeOf(exchange: Exchange, turn: Turn): Promise<Outcome> {
    try {
      const obstacle =
        this.findRealm(exchange) ??
        (await this.identify(exchange)) ??
        (await this.waitForTurn(exchange, turn)) ??
        (await this.verify(exchange)) ??
        this.enter(exchange);
      if (obstacle !== undefined) return this.turnAway(exchange, obstacle);
      return await this.admitAndHandle(exchange);
    } catch (error) {
      return this.parts.faultAnswers.answerTo(error, exchange);
    }
  }

  /** What no request can get past, whatever its credential; the connection ends with it. */
  private meetConnection({ head, reply }: Exchange): Obstacle | undefined {
    const connection = Connection.of(head.socket);
    if (!connection.begin(reply.raw, this.parts.pipelineLimit)) return 'overloaded';
    if (namesHost(head) && isCodingKnown(head)) return undefined;
    connection.end();
    return namesHost(head) ? 'transferUnsupported' : 'requestUnreadable';
  }

  private findRealm({ namedRealm }: Exchange): Obstacle | undefined {
    return namedRealm !== undefined && reservedRealmNames.has(namedRealm) ? 'notFound' : undefined;
  }

  private async identify(exchange: Exchange): Promise<Obstacle | undefined> {
    const scheme = this.parts.schemes.get(exchange.dialect);
    if (scheme === undefined) throw new Error(`${exchange.dialect.name} has no credential scheme`);
    const { credential, obstacle } = await scheme.identify(exchange);
    if (credential === undefined) return obstacle;
    exchange.credential = credential;
    exchange.sender = credential.application;
    return credential.precheck();
  }

  /**
   * The wait counts against what the request may take in all, so that requests behind one another do not add up their
   * deadlines. A request whose wait has used all of it is refused, and is not carried out when its turn comes.
   */
  private async waitForTurn(exchange: Exchange, turn: Turn): Promise<Obstacle | undefined> {
    if (turn.hasBegun) return undefined;
    const { askDeadlineMs } = this.parts;
    await within(turn.begun(), exchange.arrivedAt + askDeadlineMs - monotonicMs());
    exchange.waitedMs = monotonicMs() - exchange.arrivedAt;
    return turn.hasBegun && exchange.waitedMs < askDeadlineMs ? undefined : 'unavailable';
  }

  private async verify(exchange: Exchange): Promise<Obstacle | undefined> {
    const { bodyLimitBytes, bodyBudget } = this.parts;
    const body = announcesBody(exchange.head)
      ? await readRawBody(exchange.head, bodyLimitBytes, bodyBudget)
      : undefined;
    if (typeof body === 'string') return body === 'too-large' ? 'tooLarge' : 'overloaded';
    exchange.rawBody = body?.bytes;
    const credential = credentialOf(exchange);
    try {
      const obstacle = await credential.verify();
      // It may have been read again, and what it may do with it.
      exchange.sender = credential.application;
      return obstacle;
    } finally {
      body?.release();
    }
  }

  private enter(exchange: Exchange): Obstacle | undefined {
    if (this.isClosing) return 'closing';
    exchange.place = this.parts.throttle.enter(Connection.of(exchange.head.socket), exchange.reply.raw);
    return exchange.place === undefined ? 'overloaded' : undefined;
  }

  /**
   * The claim decides here. `Exchange.ask` also waits for it before it hands a reply to a handler that started early:
   * one whose operation leaves no trace. Its answer counts, and is recorded, only if the claim is won. Every other
   * handler starts afterwards.
   */
  private async admitAndHandle(exchange: Exchange): Promise<Outcome> {
    exchange.askUntil = monotonicMs() + this.parts.askDeadlineMs - exchange.waitedMs;
    const admission = this.admit(exchange);
    exchange.admission = admission;
    const early = mayGoAhead(exchange) ? this.handle(exchange) : undefined;
    // What was started holds its place until it ends. What it fails of is a fault only where its answer counts.
    await Promise.allSettled([admission, early]);
    const obstacle = await admission;
    if (obstacle !== undefined) return this.turnAway(exchange, obstacle);
    const outcome = await this.settle(exchange, early ?? this.handle(exchange));
    if (outcome.answer.http === 400) this.record(exchange, 'malformed');
    return outcome;
  }

  /** The application may have changed since the request was verified: it is judged by what the claim found. */
  private async admit(exchange: Exchange): Promise<Obstacle | undefined> {
    const credential = credentialOf(exchange);
    const lost = await credential.claim(exchange.askUntil);
    // A handler that started early still reads the sender that it was started for.
    if (lost !== undefined) return lost;
    exchange.sender = credential.application;
    exchange.place?.win();
    if (exchange.sender?.isMisconfigured) return 'unavailable';
    if (exchange.target.segments === undefined) return 'targetMalformed';
    if (exchange.served === undefined) return exchange.methods.length > 0 ? 'methodUnsupported' : 'notFound';
    const { permission } = exchange.served.endpoint;
    return exchange.sender?.permissions.has(permission) ? undefined : 'notPermitted';
  }

  private async handle(exchange: Exchange): Promise<Answer> {
    const { served } = exchange;
    if (served === undefined) throw new Error('a request without a route is not handled');
    const made = await served.endpoint.handle(exchange);
    const { http, headers, body } = made instanceof Reply ? made : new Reply(200, made);
    return { http, headers, body: JSON.stringify(body) };
  }

  /** Never rejects. */
  private async settle(exchange: Exchange, answer: Promise<Answer>): Promise<Outcome> {
    try {
      return { answer: await answer };
    } catch (error) {
      return this.parts.faultAnswers.answerTo(error, exchange);
    }
  }

  /** Counts what is refused: for known applications for the trail, for strangers in the metrics only. */
  private turnAway(exchange: Exchange, obstacle: Obstacle): Outcome {
    exchange.sender = exchange.credential?.application;
    if (typeof obstacle === 'string') {
      this.record(exchange, recordedAs[obstacle]);
      return { answer: answerOf(obstacle, exchange) };
    }
    this.parts.metrics.refused(obstacle.reason);
    this.record(exchange, obstacle.recordedAs);
    return { answer: obstacle.answer };
  }

  private record({ sender, address }: Exchange, reason: RefusalReason | undefined): void {
    if (sender === undefined || reason === undefined) return;
    this.parts.refusals.add(sender.applicationId, reason, address);
  }

  private leave(exchange: Exchange, { answer, problem }: Outcome): void {
    // The work is done. When the answer leaves is up to its client, who shall hold nothing by not reading.
    exchange.place?.leave();
    const { reply, credential, served, arrivedAt } = exchange;
    const date = httpDate(this.parts.clock.now());
    if (answer.headers !== undefined) reply.headers(answer.headers);
    reply.code(answer.http).header('content-type', 'application/json; charset=utf-8');
    if (answer.challenge !== undefined) reply.header('www-authenticate', answer.challenge);
    if (answer.retryAfterSeconds !== undefined) reply.header('retry-after', String(answer.retryAfterSeconds));
    reply
      .header('cache-control', 'no-cache, no-store')
      .header('pragma', 'no-cache')
      .header('expires', '-1')
      .header('date', date)
      .header('x-request-id', exchange.correlation.requestId);
    if (this.isClosing) reply.header('connection', 'close');
    // Only the bytes that leave are sealed. Node leaves the body of an answer to HEAD out and keeps its length.
    credential?.seal(reply, exchange.head.method === 'HEAD' ? '' : answer.body, date);
    const outcome = problem ?? (answer.http < 400 ? 'ok' : 'other');
    this.parts.metrics.answered(served?.label ?? 'none', answer.http, outcome, monotonicMs() - arrivedAt);
    reply.send(answer.body);
  }
}

/** The reason that the trail records where a verified request is refused for something that any request can meet. */
const recordedAs: Readonly<Partial<Record<GeneralOutcome, RefusalReason>>> = Object.freeze({
  tooLarge: 'malformed',
  targetMalformed: 'malformed',
  notPermitted: 'not_permitted',
});

function answerOf(outcome: GeneralOutcome, exchange: Exchange): Answer {
  const answer = exchange.dialect.answers[outcome];
  if (outcome !== 'methodUnsupported') return answer;
  return { ...answer, headers: { ...answer.headers, allow: exchange.methods.join(', ') } };
}

function credentialOf({ credential }: Exchange): Credential {
  if (credential === undefined) throw new Error('the request is not identified');
  return credential;
}

/** Whether a handler may run before the claim is won: what it does leaves no trace, and means the same in any case. */
function mayGoAhead({ served, sender, params }: Exchange): boolean {
  if (served === undefined || sender === undefined || sender.isMisconfigured) return false;
  const { endpoint, route } = served;
  if (endpoint.operation.effect !== 'none' || route.readsSettings?.(params) === true) return false;
  return sender.permissions.has(endpoint.permission);
}
