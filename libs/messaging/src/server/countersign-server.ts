import { monotonicMs, within } from '@countersign/clock';
import { type OwningService, type Principal, Problem } from '@countersign/contracts';
import { type Logger, LogLimit, type Metrics } from '@countersign/observability';
import type { Msg, Subscription } from '@nats-io/transport-node';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import type { Bus } from '../connection/bus.js';
import type { Asked } from '../wire/ask-context.js';
import { describeFaults, parseRequest } from '../wire/fitting.js';
import { readAsked } from '../wire/message-headers.js';
import { isInboxOf } from '../wire/reply-inbox.js';
import { askSubjectOf } from '../wire/subjects.js';
import { traceIdOf } from '../wire/trace.js';
import { Admission } from './admission.js';
import { AnswerMetrics, type IgnoreReason } from './answer-metrics.js';
import { type AnswerAddress, AnswerPublisher } from './answer-publisher.js';
import { Discovery } from './discovery.js';
import { Endpoint, type Handler } from './endpoint.js';
import type { HandlerExtras } from './handles.js';
import { type IncomingRequest, readRequests } from './incoming-request.js';

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
}

/** Ignored requests of one subject and reason are logged once in this time, so that a flood of them cannot fill the log. */
const quietMs = 10_000;

const defaults = Object.freeze({ version: '0.0.0', maxRunning: 512, maxWaiting: 2_048, graceMs: 10_000 });

/**
 * Nest's server side: `NestFactory.createMicroservice(Module, { strategy: new CountersignServer(...) })`. Bodies are
 * the plain JSON of operations, single or in batches; each item runs, fails and is answered alone. Every operation
 * is subscribed under one subject for each principal that may ask it, which proves who asks. A request runs only when its
 * reply goes to an inbox of that principal (guarantee G10).
 */
export class CountersignServer implements CustomTransportStrategy {
  private readonly bus: Bus;
  private readonly log: Logger | undefined;
  private readonly metrics: AnswerMetrics | undefined;
  private readonly ignoredLines = new LogLimit(1, quietMs);
  private readonly admission: Admission;
  private readonly answers: AnswerPublisher;
  /** By subject. */
  private readonly endpoints = new Map<string, Endpoint>();
  private subscriptions: Subscription[] = [];
  private discovery: Discovery | undefined;

  constructor(private readonly options: CountersignServerOptions) {
    this.bus = options.bus;
    this.log = options.logger;
    this.metrics = options.metrics && new AnswerMetrics(options.metrics, () => this.admission.load);
    this.admission = new Admission(
      options.maxRunning ?? defaults.maxRunning,
      options.maxWaiting ?? defaults.maxWaiting,
    );
    this.answers = new AnswerPublisher(options.bus, options.logger);
  }

  /** Nest calls this for every bound method. */
  addHandler(subject: string, handler: Handler, _isEventHandler: boolean, extras: Partial<HandlerExtras> = {}): void {
    const { operation } = extras;
    if (operation === undefined) throw new Error(`the handler of ${subject} is not bound by @Handles`);
    if (this.endpoints.has(subject)) throw new Error(`${subject} has two handlers`);
    this.endpoints.set(subject, new Endpoint(operation, handler));
  }

  /** Subscribes every handler, and fails when the bus does not permit one of them. */
  async listen(callback: (error?: Error) => void): Promise<void> {
    try {
      const refused: Error[] = [];
      const endpoints = [...this.endpoints.values()];
      for (const endpoint of endpoints) this.serve(endpoint, refused);
      this.discovery = new Discovery({
        bus: this.bus,
        service: this.options.service,
        version: this.options.version ?? defaults.version,
        endpoints,
      });
      this.discovery.start();
      // A refusal of a subscription comes before the answer to this.
      await this.bus.connection.flush();
      if (refused[0] !== undefined) throw refused[0];
      callback();
    } catch (error) {
      callback(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Takes no more requests, waits for those that run (not longer than the grace), and lets their answers leave. */
  async close(): Promise<void> {
    this.discovery?.stop();
    const subscriptions = this.subscriptions.splice(0);
    const ended = Promise.all(subscriptions.map((one) => one.drain().catch(() => undefined))).then(() =>
      this.admission.idle(),
    );
    const giveUpAt = monotonicMs() + (this.options.graceMs ?? defaults.graceMs);
    if (!(await within(ended, giveUpAt - monotonicMs()))) this.log?.warn('requests are still running after the grace');
    this.answers.flush();
    if (this.bus.isUp()) await within(this.bus.connection.flush(), giveUpAt - monotonicMs());
  }

  private serve(endpoint: Endpoint, refused: Error[]): void {
    const queue = this.options.service;
    for (const asker of endpoint.operation.askedBy) {
      const callback = (error: Error | null, message: Msg) => {
        if (error === null) this.receive(endpoint, asker, message);
        else refused.push(error);
      };
      this.subscriptions.push(
        this.bus.connection.subscribe(askSubjectOf(endpoint.subject, asker), { queue, callback }),
      );
    }
  }

  /** @param caller whose form of the subject this came on */
  private receive(endpoint: Endpoint, caller: Principal, message: Msg): void {
    const { reply } = message;
    if (!isInboxOf(caller, reply, this.options.service)) {
      this.ignore(endpoint.subject, 'foreign_inbox');
      return;
    }
    const requests = readRequests(message);
    if (requests instanceof Problem) this.refuse(endpoint, { reply, itemId: undefined }, requests);
    else for (const request of requests) this.admit(endpoint, { reply, itemId: request.id }, caller, request);
  }

  private admit(endpoint: Endpoint, to: AnswerAddress, caller: Principal, { headers, body }: IncomingRequest): void {
    const asked = readAsked(headers, caller);
    const isAdmitted = this.admission.admit({
      deadlineAt: asked.deadlineAt,
      run: () => this.run(endpoint, to, body, asked),
      expire: () => this.ignore(endpoint.subject, 'expired'),
    });
    if (!isAdmitted) this.refuse(endpoint, to, new Problem('bus.overloaded', 'the service takes no more', 1));
  }

  private async run(endpoint: Endpoint, to: AnswerAddress, body: unknown, asked: Asked): Promise<void> {
    const { operation } = endpoint;
    const startedAt = monotonicMs();
    try {
      const reply = operation.reply.safeParse(await endpoint.handle(parseRequest(operation, body), asked));
      if (!reply.success) throw new Error(`the reply does not fit: ${describeFaults(reply.error)}`);
      this.answers.reply(to, JSON.stringify(reply.data));
      this.count(endpoint, startedAt, undefined);
    } catch (error) {
      const problem = this.problemOf(error, endpoint.subject, asked);
      this.answers.refuse(to, problem);
      this.count(endpoint, startedAt, problem);
    }
  }

  /** A problem travels as it is; anything else is logged once, with its trace, and travels as `internal` (ASVS 16.5.1). */
  private problemOf(error: unknown, subject: string, asked: Asked): Problem {
    if (error instanceof Problem) return error;
    const traceId = traceIdOf(asked.traceparent);
    this.log?.error({ err: error, subject, caller: asked.caller, traceId }, 'operation failed');
    return new Problem('internal', `trace ${traceId}`);
  }

  /** Counts a request that is neither run nor answered, and logs it without a word of its content. */
  private ignore(subject: string, reason: IgnoreReason): void {
    this.metrics?.ignore(subject, reason);
    const leftOut = this.ignoredLines.admit(`${subject} ${reason}`);
    if (leftOut !== undefined) this.log?.warn({ subject, reason, count: leftOut + 1 }, 'requests ignored');
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
