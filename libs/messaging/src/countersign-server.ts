import { setTimeout as wait } from 'node:timers/promises';
import { monotonicMs } from '@countersign/clock';
import { isProblemCode, type OwningService, type Principal, Problem } from '@countersign/contracts';
import type { Logger, Metrics } from '@countersign/observability';
import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import { type CustomTransportStrategy, type MessageHandler, Server, Transport } from '@nestjs/microservices';
import { firstValueFrom, isObservable } from 'rxjs';
import { Admission } from './admission.js';
import { type AnswerAddress, AnswerPublisher } from './answer-publisher.js';
import type { Asked } from './ask-context.js';
import { askSubjectOf } from './ask-subject.js';
import type { Bus } from './bus.js';
import { AnswerMetrics } from './bus-metrics.js';
import { Discovery } from './discovery.js';
import { Endpoint } from './endpoint.js';
import type { HandlerExtras } from './handles.js';
import { IgnoredRequests } from './ignored-requests.js';
import { type IncomingRequest, readHeaders, readRequests } from './incoming-request.js';
import { readAsked } from './message-headers.js';
import { OperationContext } from './operation-context.js';
import { payloadText } from './payload-text.js';
import { isInboxOf } from './reply-inbox.js';
import { RequestHeaders } from './request-headers.js';
import { traceIdOf } from './trace.js';

export interface CountersignServerOptions {
  /** Stays open when the server closes: what still runs may have to ask. */
  readonly bus: Bus;
  /** Queue group of every subscription: replicas share the load. */
  readonly service: OwningService;
  /** SemVer, shown by service discovery. */
  readonly version?: string;
  readonly logger?: Logger | undefined;
  readonly metrics?: Metrics | undefined;
  /** Requests handled at once; items of batches count one by one. */
  readonly maxRunning?: number;
  /** Requests that may wait for a place; one more is refused with `bus.overloaded`. */
  readonly maxWaiting?: number;
  /** How long `close` waits for running handlers, milliseconds. */
  readonly graceMs?: number;
  /** Who may ask plain `@MessagePattern` handlers, which declare nothing themselves; by default operators only. */
  readonly plainAskedBy?: readonly Principal[];
}

const defaults = Object.freeze({ version: '0.0.0', maxRunning: 512, maxWaiting: 2_048, graceMs: 10_000 });

/** Of Nest's own options: `queue`. */
type Extras = Partial<HandlerExtras> & { readonly queue?: string };

const wildcard = /(^|\.)[*>](\.|$)/;

type ServerEvents = Record<string, (...values: unknown[]) => unknown>;

interface Arrival {
  readonly endpoint: Endpoint;
  readonly handler: MessageHandler;
  readonly reply: string;
  readonly caller: Principal;
  readonly request: IncomingRequest;
}

/**
 * Nest's server side: `NestFactory.createMicroservice(Module, { strategy: new CountersignServer(...) })`. Bodies are
 * the plain JSON of operations, single or in batches; each item runs, fails and is answered alone. Every handler hears
 * one subject for each principal that may ask it, which proves who asks, and runs only what is to be answered into an
 * inbox of that very principal (guarantee G10).
 */
export class CountersignServer extends Server<ServerEvents> implements CustomTransportStrategy {
  override readonly transportId = Transport.NATS;
  private readonly bus: Bus;
  private readonly log: Logger | undefined;
  private readonly metrics: AnswerMetrics | undefined;
  private readonly ignored: IgnoredRequests;
  private readonly admission: Admission;
  private readonly answers: AnswerPublisher;
  private readonly stopListening: readonly (() => void)[];
  private subscriptions: Subscription[] = [];
  private discovery: Discovery | undefined;

  constructor(private readonly options: CountersignServerOptions) {
    super();
    this.bus = options.bus;
    this.log = options.logger;
    this.metrics = options.metrics && new AnswerMetrics(options.metrics, () => this.admission.load);
    this.ignored = new IgnoredRequests(options.logger, this.metrics);
    this.admission = new Admission(
      options.maxRunning ?? defaults.maxRunning,
      options.maxWaiting ?? defaults.maxWaiting,
    );
    this.answers = new AnswerPublisher(options.bus, options.logger);
    this.stopListening = [
      options.bus.onUp(() => this._status$.next('connected')),
      options.bus.onDown(() => this._status$.next('disconnected')),
    ];
  }

  /** Subscribes every handler, and fails when the bus does not permit one of them. */
  async listen(callback: (error?: Error) => void): Promise<void> {
    try {
      const refused: Error[] = [];
      const endpoints = [...this.messageHandlers].map(([subject, handler]) => this.serve(subject, handler, refused));
      this.discovery = new Discovery({
        bus: this.bus,
        service: this.options.service,
        version: this.options.version ?? defaults.version,
        endpoints: endpoints.filter((endpoint) => endpoint !== undefined),
      });
      this.discovery.start();
      // A refusal of a subscription comes before the answer to this.
      await this.bus.connection.flush();
      if (refused[0] !== undefined) throw refused[0];
      this._status$.next('connected');
      callback();
    } catch (error) {
      callback(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Takes no more requests, waits for those that run (not longer than the grace), and lets their answers leave. */
  async close(): Promise<void> {
    for (const stop of this.stopListening) stop();
    this.discovery?.stop();
    const subscriptions = this.subscriptions.splice(0);
    const ended = Promise.all(subscriptions.map((one) => one.drain().catch(() => undefined))).then(() =>
      this.admission.idle().then(() => true),
    );
    const gaveUp = new AbortController();
    const late = wait(this.options.graceMs ?? defaults.graceMs, false, { signal: gaveUp.signal }).catch(() => false);
    if (!(await Promise.race([ended, late]))) this.log?.warn('requests are still running after the grace');
    this.answers.flush();
    if (this.bus.isUp()) await Promise.race([this.bus.connection.flush().catch(() => undefined), late]);
    gaveUp.abort();
  }

  on(event: string, callback: (...values: unknown[]) => unknown): void {
    if (event === 'disconnect') this.bus.onDown(() => void callback());
    else if (event === 'reconnect') this.bus.onUp(() => void callback());
    else throw new Error(`event ${event} is not disconnect or reconnect`);
  }

  unwrap<T = NatsConnection>(): T {
    return this.bus.connection as T;
  }

  private serve(subject: string, handler: MessageHandler, refused: Error[]): Endpoint | undefined {
    const { queue = this.options.service, operation } = (handler.extras ?? {}) as Extras;
    const hear = (heard: string, receive: (message: Msg) => void) => {
      const callback = (error: Error | null, message: Msg) => {
        if (error === null) receive(message);
        else refused.push(error);
      };
      this.subscriptions.push(this.bus.connection.subscribe(heard, { ...(queue !== '' && { queue }), callback }));
    };
    if (handler.isEventHandler) {
      hear(subject, (message) => this.receiveEvent(subject, message));
      return undefined;
    }
    if (wildcard.test(subject)) throw new Error(`pattern ${subject} has a wildcard, which would not prove who asks`);
    const endpoint = new Endpoint(subject, operation);
    for (const asker of operation?.askedBy ?? this.options.plainAskedBy ?? ['operator'])
      hear(askSubjectOf(subject, asker), (message) => this.receive(endpoint, handler, asker, message));
    return endpoint;
  }

  private receiveEvent(subject: string, message: Msg): void {
    const headers = new RequestHeaders(readHeaders(message));
    const context = new OperationContext(subject, headers, readAsked(headers, this.options.service));
    const handled = async () =>
      this.handleEvent(subject, { pattern: subject, data: JSON.parse(payloadText(message.data)) }, context);
    handled().catch((error) => this.log?.error({ subject, reason: String(error) }, 'event handler failed'));
  }

  /** @param caller whose form of the subject this came on */
  private receive(endpoint: Endpoint, handler: MessageHandler, caller: Principal, message: Msg): void {
    const { reply } = message;
    if (!isInboxOf(caller, reply, this.options.service)) {
      this.ignored.note(endpoint.subject, 'foreign_inbox');
      return;
    }
    const requests = readRequests(message);
    if (requests instanceof Problem) this.refuse(endpoint, { reply, itemId: undefined }, requests);
    else for (const request of requests) this.admit({ endpoint, handler, reply, caller, request });
  }

  private admit({ endpoint, handler, reply, caller, request }: Arrival): void {
    const { headers } = request;
    const to = { reply, itemId: request.id };
    const asked = readAsked(headers, caller);
    const context = new OperationContext(endpoint.subject, headers, asked);
    const isAdmitted = this.admission.admit({
      deadlineAt: asked.deadlineAt,
      run: () => this.run(endpoint, to, context, () => handler(request.body, context)),
      expire: () => this.ignored.note(endpoint.subject, 'expired'),
    });
    if (!isAdmitted) this.refuse(endpoint, to, new Problem('bus.overloaded', 'the service takes no more', 1));
  }

  private async run(
    endpoint: Endpoint,
    to: AnswerAddress,
    context: OperationContext,
    handle: () => Promise<unknown>,
  ): Promise<void> {
    const startedAt = monotonicMs();
    try {
      const outcome = await handle();
      const value = isObservable(outcome) ? await firstValueFrom(outcome, { defaultValue: null }) : outcome;
      this.answers.reply(to, JSON.stringify(value) ?? 'null');
      this.count(endpoint, startedAt, undefined);
    } catch (error) {
      const problem = this.problemOf(error, endpoint.subject, context.asked);
      this.answers.refuse(to, problem);
      this.count(endpoint, startedAt, problem);
    }
  }

  /** A problem travels as it is; anything else is logged once, with its trace, and travels as `internal` (ASVS 16.5.1). */
  private problemOf(error: unknown, subject: string, asked: Asked): Problem {
    if (error instanceof Problem) return error;
    if (typeof error === 'object' && error !== null && 'code' in error && isProblemCode(error.code))
      return Problem.fromBody(error);
    const traceId = traceIdOf(asked.traceparent);
    this.log?.error({ err: error, subject, caller: asked.caller, traceId }, 'operation failed');
    return new Problem('internal', `trace ${traceId}`);
  }

  private refuse(endpoint: Endpoint, to: AnswerAddress, problem: Problem): void {
    this.answers.refuse(to, problem);
    this.count(endpoint, monotonicMs(), problem);
  }

  private count(endpoint: Endpoint, startedAt: number, problem: Problem | undefined): void {
    const durationMs = monotonicMs() - startedAt;
    endpoint.record(durationMs, problem?.code);
    this.metrics?.handled(endpoint.subject, problem?.code ?? 'ok', durationMs);
  }
}
