import type { Clock } from '@countersign/clock';
import { reservedRealmNames } from '@countersign/contracts';
import { isWithinSkew, parseAuthorization, parseSignedDate, signedDateOf } from '@countersign/signing';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Addresses } from '../http/addresses.js';
import type { Answer } from '../http/answer.js';
import type { BodyBudget } from '../http/body-budget.js';
import { Connection } from '../http/connection.js';
import { namesHost } from '../http/host-header.js';
import { announcesBody, type BodyFault, isCodingKnown, type RawBody, readRawBody } from '../http/raw-body.js';
import type { RequestTarget } from '../http/request-target.js';
import { sendAnswer } from '../http/send-answer.js';
import type { Throttle } from '../http/throttle.js';
import type { Application, ApplicationKeys } from './application-keys.js';
import type { Dialect } from './dialect.js';
import { type ClaimUnderWay, type Exchange, openExchange, type Proof } from './exchange.js';
import type { Judge } from './judge.js';
import { matchingKey, type Replay } from './replay.js';
import type { SignedRouteDeclaration } from './signed-route.js';

export interface RequestGuardOptions {
  readonly addresses: Addresses;
  /** In whose words a request is answered, by its path alone. */
  readonly dialectOf: (target: RequestTarget) => Dialect;
  readonly clock: Clock;
  /** How far a signed date may be off this gateway's clock; the store decides by its own. */
  readonly skewMs: number;
  readonly bodyLimitBytes: number;
  /** Of all bodies that are not verified yet. */
  readonly bodyBudget: BodyBudget;
  /** Requests of one connection that may wait for their answers. */
  readonly pipelineLimit: number;
}

type Signed = Pick<Proof, 'method' | 'date' | 'signedAt' | 'mac'>;

/**
 * The way in of the signed API: contract A.4, in its order, before anything is known of the body's meaning or of the
 * route. What is refused is answered here. Whoever comes past holds a signature that was never seen before or, on a
 * route without effect, one whose claim is under way: then `ResponseHook` holds the answer back until it is won.
 */
export class RequestGuard {
  private isClosing = false;

  constructor(
    private readonly applicationKeys: ApplicationKeys,
    private readonly replay: Replay,
    private readonly throttle: Throttle,
    private readonly judge: Judge,
    private readonly options: RequestGuardOptions,
  ) {}

  /** From now on nothing new is begun. */
  close(): void {
    this.isClosing = true;
  }

  /** Fastify's `onRequest`. */
  readonly arrive = (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void => {
    const exchange = openExchange(request, this.options.addresses, this.options.dialectOf);
    request.exchange = exchange;
    const obstacle = this.meet(exchange, request, reply);
    if (obstacle !== undefined) sendAnswer(reply.header('connection', 'close'), obstacle);
    else if (exchange.isOpen) done();
    else if (reservedRealmNames.has(exchange.target.realm)) sendAnswer(reply, exchange.dialect.answers.notFound);
    else {
      this.admit(exchange, request, reply).then(
        (answer) => (answer === undefined ? done() : sendAnswer(reply, answer)),
        (error: unknown) => done(error instanceof Error ? error : new Error('the request was not admitted')),
      );
    }
  };

  /** What no request can get past, whoever sent it; the connection ends with it. */
  private meet({ dialect }: Exchange, { raw }: FastifyRequest, reply: FastifyReply): Answer | undefined {
    const connection = Connection.of(raw.socket);
    if (!connection.begin(reply.raw, this.options.pipelineLimit)) return dialect.answers.overloaded;
    if (!namesHost(raw)) {
      connection.end();
      return dialect.answers.requestUnreadable;
    }
    if (isCodingKnown(raw)) return undefined;
    connection.end();
    return dialect.answers.transferUnsupported;
  }

  /** The steps of A.4; an answer ends the request. */
  private async admit(exchange: Exchange, request: FastifyRequest, reply: FastifyReply): Promise<Answer | undefined> {
    const { answers } = exchange.dialect;
    const claimed = parseAuthorization(request.raw.headers.authorization);
    if (claimed.refusal !== undefined) return this.judge.refuse(exchange, claimed.refusal);

    const { applicationId } = claimed;
    const application = this.applicationKeys.cached(applicationId) ?? (await this.find(applicationId));
    if (application === 'unavailable') return answers.unavailable;
    if (application === undefined || !this.recognise(exchange, application)) {
      return this.judge.refuse(exchange, 'application-unknown');
    }
    const date = this.freshDate(request);
    if (date === undefined) return this.judge.refuse(exchange, 'clock-skewed');

    const body = announcesBody(request.raw) ? await this.readBody(request) : undefined;
    if (typeof body === 'string') return this.turnDown(exchange, body);
    exchange.body = body?.bytes;
    try {
      const { mac } = claimed;
      if (mac === undefined) return this.judge.refuse(exchange, 'credentials-invalid');
      const signed = { method: request.raw.method ?? '', date: date.text, signedAt: date.ms, mac };
      if (!this.verify(exchange, application, signed)) {
        const refusal = await this.verifyAnew(exchange, application, signed);
        if (refusal !== undefined) return refusal;
      }
    } finally {
      body?.release();
    }
    if (this.isClosing) return answers.closing;
    exchange.place = this.throttle.enter(Connection.of(request.raw.socket), reply.raw);
    if (exchange.place === undefined) return answers.overloaded;
    return this.claim(exchange);
  }

  /** Step 5. A realm is another `AppId is unknown.`, and so is an application that has no live key at all. */
  private recognise(exchange: Exchange, application: Application): boolean {
    const newestKey = application.keys[0]?.key;
    if (application.realm !== exchange.target.realm || newestKey === undefined) return false;
    exchange.application = application;
    exchange.answerKey = newestKey;
    return true;
  }

  private async find(applicationId: string): Promise<Application | 'unavailable' | undefined> {
    try {
      return await this.applicationKeys.find(applicationId);
    } catch {
      return 'unavailable';
    }
  }

  /** Step 6, as far as a gateway can tell. */
  private freshDate({ raw }: FastifyRequest): { readonly text: string; readonly ms: number } | undefined {
    const text = signedDateOf(raw.headers);
    const ms = text === undefined ? undefined : parseSignedDate(text);
    if (text === undefined || ms === undefined) return undefined;
    return isWithinSkew(ms, this.options.clock.now(), this.options.skewMs) ? { text, ms } : undefined;
  }

  private readBody({ raw }: FastifyRequest): Promise<RawBody | BodyFault> {
    return readRawBody(raw, this.options.bodyLimitBytes, this.options.bodyBudget);
  }

  private turnDown(exchange: Exchange, fault: BodyFault): Answer {
    const { answers } = exchange.dialect;
    return fault === 'too-large' ? this.judge.decline(exchange, 'malformed', answers.tooLarge) : answers.overloaded;
  }

  /** Step 8, by the keys as this gateway knows them. */
  private verify(exchange: Exchange, application: Application, signed: Signed): boolean {
    const match = matchingKey(application, exchange, signed);
    if (match === undefined) return false;
    exchange.answerKey = match.key;
    const { method, date, signedAt, mac } = signed;
    exchange.proof = { method, date, signedAt, mac, macText: mac.toString('base64'), keyVersion: match.keyVersion };
    return true;
  }

  /** Step 8, by the keys as they are now: the first request under a new key is as good as any. */
  private async verifyAnew(exchange: Exchange, stale: Application, signed: Signed): Promise<Answer | undefined> {
    try {
      const application = await this.applicationKeys.recheck(stale);
      if (application === undefined || !this.recognise(exchange, application)) return this.judge.forget(exchange);
      const isNewer = application.version !== stale.version;
      if (isNewer && this.verify(exchange, application, signed)) return undefined;
      return this.judge.refuse(exchange, 'credentials-invalid');
    } catch {
      return exchange.dialect.answers.unavailable;
    }
  }

  /** Step 9, and what follows from it; a route without effect does not wait. */
  private async claim(exchange: Exchange): Promise<Answer | undefined> {
    const { application, proof, route } = exchange;
    if (application === undefined || proof === undefined) throw new Error('nothing is claimed before it is verified');
    const decided = this.replay.claim(exchange, application, proof);
    if (!mayGoAhead(route, application)) {
      const outcome = await decided;
      if (outcome.isWon) exchange.place?.win();
      return this.judge.settle(exchange, outcome);
    }
    const claim: ClaimUnderWay = { decided, outcome: undefined };
    exchange.claim = claim;
    void decided.then((outcome) => {
      claim.outcome = outcome;
      if (outcome.isWon) exchange.place?.win();
    });
    return undefined;
  }
}

/** Whether a handler may run before the claim is won: what it does leaves no trace, and means the same in any case. */
function mayGoAhead(route: SignedRouteDeclaration | undefined, { permissions }: Application): boolean {
  if (route === undefined || route.operation.effect !== 'none') return false;
  return permissions.has(route.permission) && route.readsSettings !== true;
}
