import { monotonicMs, within } from '@countersign/clock';
import { type Operation, type OwningService, type Principal, Problem } from '@countersign/contracts';
import type { Logger, Metrics } from '@countersign/observability';
import type { Msg, Subscription } from '@nats-io/transport-node';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import type { Bus } from '../connection/bus.js';
import { readAsked } from '../wire/message-headers.js';
import { isInboxOf } from '../wire/reply-inbox.js';
import { askSubjectOf, operationSubjectIn, replicaSubjectOf } from '../wire/subjects.js';
import { Admission } from './admission.js';
import { AnswerMetrics } from './answer-metrics.js';
import { type AnswerAddress, AnswerPublisher } from './answer-publisher.js';
import { Discovery } from './discovery.js';
import { type Bound, Endpoint } from './endpoint.js';
import type { HandlerExtras } from './handles.js';
import { type IncomingRequest, readRequests } from './incoming-request.js';
import { LastPing } from './last-ping.js';
import { Liveness } from './liveness.js';
import { RequestEnds } from './request-ends.js';
import { RequestJob } from './request-job.js';
import { type Bounds, Together } from './together.js';

/** How many requests are handled together, by what their operation does. */
export type TogetherBounds = Readonly<Record<Operation['effect'], Bounds>>;

export interface CountersignServerOptions {
  /** Stays open when the server closes: what still runs may have to ask. */
  readonly bus: Bus;
  /** Queue group of every subscription: replicas share the load. */
  readonly service: OwningService;
  /** SemVer, shown by service discovery. */
  readonly version?: string;
  readonly logger?: Logger | undefined;
  readonly metrics?: Metrics | undefined;
  /** What the clock of the service's database shows at least: changes that are asked are bounded by it. */
  readonly storeNow?: () => number;
  /** Requests handled at once; items of batches count one by one. */
  readonly maxRunning?: number;
  /** Requests that may wait for a place; one more is refused with `bus.overloaded`. */
  readonly maxWaiting?: number;
  readonly together?: TogetherBounds | undefined;
  /** How long `close` waits for running handlers, milliseconds. */
  readonly graceMs?: number;
}

const few: Bounds = Object.freeze({ items: 64, concurrency: 2 });
const defaults = Object.freeze({
  version: '0.0.0',
  maxRunning: 512,
  maxWaiting: 2_048,
  graceMs: 10_000,
  together: Object.freeze({ none: few, changes: few }) satisfies TogetherBounds,
});

/**
 * Nest's server side: `NestFactory.createMicroservice(Module, { strategy: new CountersignServer(...) })`. Bodies are
 * the plain JSON of operations, single or in batches; each item runs, fails and is answered alone. Every operation
 * is subscribed under one subject for each principal that may ask it, which proves who asks. A request runs only when its
 * reply goes to an inbox of that principal (guarantee G10).
 */
export class CountersignServer implements CustomTransportStrategy {
  private readonly bus: Bus;
  private readonly log: Logger | undefined;
  private readonly admission: Admission;
  private readonly answers: AnswerPublisher;
  private readonly ends: RequestEnds;
  private readonly lastPing: LastPing;
  /** By subject. */
  private readonly endpoints = new Map<string, Endpoint>();
  private subscriptions: Subscription[] = [];
  private discovery: Discovery | undefined;
  private readonly liveness: Liveness;

  constructor(private readonly options: CountersignServerOptions) {
    this.bus = options.bus;
    this.log = options.logger;
    this.admission = new Admission(
      options.maxRunning ?? defaults.maxRunning,
      options.maxWaiting ?? defaults.maxWaiting,
    );
    this.lastPing = new LastPing(options.bus, options.storeNow);
    this.answers = new AnswerPublisher(options.bus, options.logger);
    this.liveness = new Liveness(options.bus, options.service, this.admission);
    const metrics = options.metrics && new AnswerMetrics(options.metrics, () => this.admission.load);
    this.ends = new RequestEnds(this.answers, metrics, options.logger);
  }

  /** Nest calls this for every bound method. */
  addHandler(subject: string, bound: Bound, _isEventHandler: boolean, extras: Partial<HandlerExtras> = {}): void {
    const { operation, takes } = extras;
    if (operation === undefined) throw new Error(`the handler of ${subject} is not bound by @Handles`);
    if (this.endpoints.has(subject)) throw new Error(`${subject} has two handlers`);
    const bounds = (this.options.together ?? defaults.together)[operation.effect];
    const together = takes === 'many' ? new Together(bound, bounds) : undefined;
    this.endpoints.set(subject, new Endpoint(operation, bound, together));
  }

  /** Subscribes every handler, and fails when the bus does not permit one of them. */
  async listen(callback: (error?: Error) => void): Promise<void> {
    try {
      const refused: Error[] = [];
      this.lastPing.start();
      const endpoints = [...this.endpoints.values()];
      for (const endpoint of endpoints) this.serve(endpoint, refused);
      for (const asker of new Set(endpoints.flatMap(({ operation }) => operation.askedBy))) {
        this.serveAddressed(asker, refused);
        this.liveness.answer(asker, refused);
      }
      this.discovery = new Discovery({
        bus: this.bus,
        service: this.options.service,
        id: this.liveness.replica,
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
    this.lastPing.stop();
    this.liveness.leave();
    const subscriptions = this.subscriptions.splice(0);
    const ended = Promise.all(subscriptions.map((one) => one.drain().catch(() => undefined))).then(() =>
      this.admission.idle(),
    );
    const giveUpAt = monotonicMs() + (this.options.graceMs ?? defaults.graceMs);
    if (!(await within(ended, giveUpAt - monotonicMs()))) this.log?.warn('requests are still running after the grace');
    this.liveness.stop();
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

  /** What is asked of this replica and no other. */
  private serveAddressed(asker: Principal, refused: Error[]): void {
    const { service } = this.options;
    const callback = (error: Error | null, message: Msg) => {
      if (error !== null) refused.push(error);
      else {
        const endpoint = this.endpoints.get(operationSubjectIn(message.subject));
        if (endpoint?.operation.askedBy.includes(asker)) this.receive(endpoint, asker, message);
      }
    };
    const subject = replicaSubjectOf(service, asker, this.liveness.replica);
    // the queue group is part of the right to hear it
    this.subscriptions.push(this.bus.connection.subscribe(subject, { queue: service, callback }));
  }

  /** @param caller whose form of the subject this came on */
  private receive(endpoint: Endpoint, caller: Principal, message: Msg): void {
    const { reply } = message;
    if (!isInboxOf(caller, reply, this.options.service)) {
      this.ends.ignore(endpoint, 'foreign_inbox');
      return;
    }
    const requests = readRequests(message);
    if (requests instanceof Problem) this.ends.refuse(endpoint, { reply, itemId: undefined }, requests);
    else for (const request of requests) this.admit(endpoint, { reply, itemId: request.id }, caller, request);
  }

  private admit(endpoint: Endpoint, to: AnswerAddress, caller: Principal, { headers, body }: IncomingRequest): void {
    const asked = readAsked(headers, caller, this.lastPing, endpoint.operation.effect);
    const job = new RequestJob(endpoint, to, body, asked, this.ends);
    if (this.admission.admit(job)) return;
    this.ends.refuse(endpoint, to, new Problem('bus.overloaded', 'the service takes no more', 1));
  }
}
