import { systemClock } from '@countersign/clock';
import type { OwningService } from '@countersign/contracts';
import type { Msg, Subscription } from '@nats-io/transport-node';
import type { Bus } from '../connection/bus.js';
import { isOperatorInbox } from '../wire/reply-inbox.js';
import { discoveryName, discoveryVerbs } from '../wire/subjects.js';
import type { Endpoint } from './endpoint.js';

export interface DiscoveryOptions {
  readonly bus: Bus;
  readonly service: OwningService;
  /** Of this process: replicas share the name and differ in the id. */
  readonly id: string;
  /** SemVer. */
  readonly version: string;
  readonly endpoints: readonly Endpoint[];
}

type Verb = (typeof discoveryVerbs)[number];

/**
 * Answers NATS service discovery (ADR-32) for one process: who is there (PING), what it answers (INFO), how it has
 * done since it started (STATS). Only operators are answered. An operation is one endpoint under its plain subject, the
 * one that an operator asks; `asked_by` in its metadata lists all principals that may ask it.
 */
export class Discovery {
  private readonly startedAt = new Date(systemClock.now()).toISOString();
  private subscriptions: Subscription[] = [];

  constructor(private readonly options: DiscoveryOptions) {}

  start(): void {
    const name = discoveryName(this.options.service);
    this.subscriptions = discoveryVerbs.flatMap((verb) =>
      [`$SRV.${verb}`, `$SRV.${verb}.${name}`, `$SRV.${verb}.${name}.${this.options.id}`].map((subject) =>
        this.options.bus.connection.subscribe(subject, {
          callback: (error, message) => void (error ?? this.answer(verb, message)),
        }),
      ),
    );
  }

  stop(): void {
    for (const subscription of this.subscriptions.splice(0)) subscription.unsubscribe();
  }

  private answer(verb: Verb, message: Msg): void {
    if (!isOperatorInbox(message.reply)) return;
    const identity = {
      name: discoveryName(this.options.service),
      id: this.options.id,
      version: this.options.version,
      metadata: { product: 'countersign', connection: this.options.bus.name },
    };
    message.respond(JSON.stringify({ ...this[verb](), ...identity }));
  }

  private PING() {
    return { type: 'io.nats.micro.v1.ping_response' };
  }

  private INFO() {
    return {
      type: 'io.nats.micro.v1.info_response',
      description: `Countersign ${this.options.service}`,
      endpoints: this.options.endpoints.map((endpoint) => ({
        name: endpoint.name,
        subject: endpoint.subject,
        queue_group: this.options.service,
        metadata: metadataOf(endpoint),
      })),
    };
  }

  private STATS() {
    return {
      type: 'io.nats.micro.v1.stats_response',
      started: this.startedAt,
      endpoints: this.options.endpoints.map((endpoint) => ({
        name: endpoint.name,
        subject: endpoint.subject,
        queue_group: this.options.service,
        num_requests: endpoint.requests,
        num_errors: endpoint.errors,
        last_error: endpoint.lastError ?? '',
        processing_time: endpoint.processingNanoseconds,
        average_processing_time: endpoint.averageNanoseconds,
      })),
    };
  }
}

/** ADR-32: metadata is a flat map of strings. */
function metadataOf({ operation }: Endpoint): Record<string, string> {
  return { summary: operation.summary, effect: operation.effect, asked_by: operation.askedBy.join(',') };
}
