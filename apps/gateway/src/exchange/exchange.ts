import type { IncomingMessage } from 'node:http';
import { monotonicMs } from '@countersign/clock';
import type { ProblemCode } from '@countersign/contracts';
import type { AskContext, Messenger } from '@countersign/messaging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Addresses } from '../http/addresses.js';
import type { Answer } from '../http/answer.js';
import { type Correlation, correlate } from '../http/correlation.js';
import { type JsonObject, readJsonObject } from '../http/json-body.js';
import { isOpenPath, type RequestTarget, targetOf } from '../http/request-target.js';
import type { Place } from '../http/throttle.js';
import type { Application } from './application.js';
import type { Arrival } from './arrival.js';
import type { Dialect, ServedRoute } from './dialect.js';
import type { Call } from './endpoint.js';
import { parseBody } from './parse-body.js';
import { type DialectList, methodsAt, servedBy, withHead } from './routes.js';
import type { Credential } from './scheme.js';

/** What a request is answered, and which problem of a service is the reason, if one is. */
export interface Outcome {
  readonly answer: Answer;
  readonly problem?: ProblemCode;
}

/** What all exchanges share. */
export interface ExchangeParts {
  readonly dialects: DialectList;
  readonly addresses: Addresses;
  readonly messenger: Pick<Messenger, 'ask'>;
  /** Longest wait for a service. */
  readonly askDeadlineMs: number;
}

/**
 * What the gateway knows of one request, from its arrival until its answer leaves. The scheme sees an {@link Arrival} of
 * it, the handler of its endpoint a {@link Call}.
 */
export class Exchange implements Arrival, Call {
  readonly arrivedAt = monotonicMs();
  readonly head: IncomingMessage;
  readonly target: RequestTarget;
  readonly dialect: Dialect;
  readonly namedRealm: string | undefined;
  /** What the router found at the path; undefined where nothing is. */
  readonly served: ServedRoute | undefined;
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly correlation: Correlation;
  readonly address: string;
  rawBody: Buffer | undefined = undefined;
  /** From the step `identify` on; answers are sealed with it. */
  credential: Credential | undefined = undefined;
  /** The application that sent the request. Not proven before the step `verify`, current after the step `admit`. */
  sender: Application | undefined = undefined;
  /** Among the requests under way, from the step `enter` on; left when the answer is made. */
  place: Place | undefined = undefined;
  /** How long the request waited for its turn on the connection, milliseconds from its arrival; 0 where it had no wait. */
  waitedMs = 0;
  /**
   * Until when the store of claims and a service may answer, by `monotonicMs`; set where the claim begins. A gateway that
   * was frozen since must not ask as if the request had just come.
   */
  askUntil = 0;
  /** Settled once the claim is. Never rejects. */
  admission: Promise<unknown> | undefined = undefined;
  /** The user that the request names, in its own spelling, for answers that repeat it. */
  subject: string | undefined = undefined;

  constructor(
    request: FastifyRequest,
    readonly reply: FastifyReply,
    private readonly parts: ExchangeParts,
  ) {
    const { raw: head } = request;
    this.head = head;
    this.target = targetOf(head);
    this.dialect = parts.dialects.of(this.target.path);
    this.namedRealm = this.dialect.realmFrom === 'path' ? this.target.realm.toLowerCase() : undefined;
    this.served = servedBy(this.dialect, request);
    this.params = request.params as Readonly<Record<string, string | undefined>>;
    this.correlation = correlate(head.headers['x-request-id']);
    this.address = parts.addresses.of(head.socket.remoteAddress, head.headers['x-forwarded-for']);
  }

  /** The methods that its path takes, for `Allow`; none where nothing is. */
  get methods(): readonly string[] {
    return isOpenPath(this.target.path) ? withHead(['GET']) : methodsAt(this.dialect, this.target);
  }

  get form(): string {
    return this.served?.route.form ?? '';
  }

  get query(): string {
    return this.target.query;
  }

  get application(): Application {
    if (this.sender === undefined) throw new Error('the request is not verified');
    return this.sender;
  }

  get realm(): string {
    return this.application.realm;
  }

  json(): JsonObject {
    return readJsonObject(this.rawBody, this.head.headers['content-encoding']);
  }

  body(): unknown {
    const body = this.served?.endpoint.body;
    if (body === undefined) throw new Error('the endpoint declares no body');
    const { schema, read = readJsonObject } = body;
    return parseBody(schema, read(this.rawBody, this.head.headers['content-encoding']));
  }

  noteSubject(shown: string): void {
    this.subject = shown;
  }

  /** The credential names the request: a handler whose asker gave up still runs once (guarantee G1). */
  async ask(request: unknown): Promise<unknown> {
    const { served, credential, parts } = this;
    if (served === undefined || credential === undefined) throw new Error('the request is not verified');
    const { applicationId, idempotencyKey, storeLeadMs } = credential;
    const notAfter = storeLeadMs === undefined ? Number.POSITIVE_INFINITY : this.askUntil + storeLeadMs;
    const context = { ...askContext(this, applicationId, idempotencyKey, this.askUntil), notAfter };
    const reply = await parts.messenger.ask(served.endpoint.operation, request, context);
    await this.admission;
    return reply;
  }
}

/** How an ask on behalf of an application travels: who wants it, through which door, and until when. */
export function askContext(
  { correlation, address }: Pick<Arrival, 'correlation' | 'address'>,
  applicationId: string,
  idempotencyKey: string,
  deadlineAt: number,
): AskContext {
  return {
    idempotencyKey,
    deadlineAt,
    notAfter: Number.POSITIVE_INFINITY,
    traceparent: correlation.traceparent,
    actor: { kind: 'application', id: applicationId },
    via: { applicationId, address: address === '' ? undefined : address, traceId: correlation.traceId },
  };
}
