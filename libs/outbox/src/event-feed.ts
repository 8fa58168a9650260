import { within } from '@countersign/clock';
import { type EventEnvelope, eventEnvelope, eventSubject, type OwningService } from '@countersign/contracts';
import type { Logger, Metrics } from '@countersign/observability';
import { type ConsumerMessages, type JsMsg, jetstream } from '@nats-io/jetstream';
import type { EventBus } from './event-bus.js';
import type { EventPage } from './list-events.js';
import type { PositionStore } from './position-store.js';
import { type Delivery, SourceFollower } from './source-follower.js';
import { Wake } from './wake.js';

export interface EventFeedOptions<Tx> {
  readonly bus: EventBus;
  /** The streams that the durable consumer is on. */
  readonly streams: readonly string[];
  /** Name of the durable pull consumer, which the provisioner makes. */
  readonly durable: string;
  /** The services whose events are followed; those of others are passed over. */
  readonly sources: readonly OwningService[];
  /** Asks `event.list` of a service. */
  askEvents(source: OwningService, after: number, limit: number): Promise<EventPage>;
  readonly positions: PositionStore<Tx>;
  /** One event, in the transaction in which the position moves past it: all effect goes through `tx`. */
  handle(event: EventEnvelope, tx: Tx): Promise<void>;
  readonly logger: Logger;
  readonly metrics?: Metrics;
  /** How often each source is asked whether something was missed (a lost tail of the stream shows no gap). */
  readonly reconcileMs?: number;
}

const retryMs = 1_000;

/**
 * Follows the events of other services: in order per source, each exactly once in effect, whatever is killed. The
 * stream says that there is something new; what it lacks is had from the source's outbox; the position in the
 * listener's own store says what was applied.
 */
export class EventFeed<Tx> {
  private readonly followers: ReadonlyMap<string, SourceFollower<Tx>>;
  private readonly waiting = new Map<string, Delivery[]>();
  private readonly open = new Set<ConsumerMessages>();
  private readonly pauses = new Set<Wake>();
  private readonly loops: Promise<void>[] = [];
  private isClosing = false;

  constructor(private readonly options: EventFeedOptions<Tx>) {
    const filled = options.metrics?.counter('feed_filled_events_total', 'events had from their source, not the stream');
    const handled = options.metrics?.counter('feed_handled_events_total', 'events applied');
    const handle = async (event: EventEnvelope, tx: Tx) => {
      await options.handle(event, tx);
      handled?.inc();
    };
    this.followers = new Map(
      options.sources.map((source) => [
        source,
        new SourceFollower<Tx>({
          source,
          positions: options.positions,
          handle,
          ask: (after, limit) => options.askEvents(source, after, limit),
          onFilled: (count) => filled?.inc(count),
        }),
      ]),
    );
  }

  start(): void {
    if (this.loops.length > 0) return;
    for (const stream of this.options.streams) this.loops.push(this.pull(stream));
    this.loops.push(this.reconcile());
  }

  /** Stops pulling and lets what is being applied end, for at most so many milliseconds. */
  async close(withinMs = 5_000): Promise<void> {
    this.isClosing = true;
    for (const pause of this.pauses) pause.wake();
    for (const messages of this.open) messages.stop();
    const ended = Promise.all([...this.loops, ...[...this.followers.values()].map((follower) => follower.idle())]);
    await within(ended, withinMs);
  }

  /** Pulls as long as there is a consumer; where it is missing, waits until the provisioner has made it again. */
  private async pull(stream: string): Promise<void> {
    const { bus, durable, logger } = this.options;
    const pause = this.newPause();
    while (!this.isClosing) {
      try {
        const consumer = await jetstream(bus.connection).consumers.get(stream, durable);
        const messages = await consumer.consume({
          max_messages: 200,
          expires: 10_000,
          abort_on_missing_resource: true,
        });
        this.open.add(messages);
        for await (const message of messages) this.receive(message);
        this.open.delete(messages);
      } catch (error) {
        logger.warn({ stream, durable, reason: (error as Error).message }, 'event consumer is not there, trying again');
      }
      if (!this.isClosing) await pause.pause(retryMs);
    }
  }

  private async reconcile(): Promise<void> {
    const pause = this.newPause();
    while (!this.isClosing) {
      await Promise.all([...this.followers].map(([source, follower]) => this.report(source, follower.catchUp())));
      if (!this.isClosing) await pause.pause(this.options.reconcileMs ?? 15_000);
    }
  }

  private newPause(): Wake {
    const pause = new Wake();
    this.pauses.add(pause);
    return pause;
  }

  private receive(message: JsMsg): void {
    const event = readEvent(message);
    if (event === undefined) {
      this.options.logger.error({ subject: message.subject }, 'not an event, passed over');
      message.term();
      return;
    }
    const follower = this.followers.get(event.source);
    if (follower === undefined) {
      message.ack();
      return;
    }
    const delivery = { event, done: () => message.ack(), again: () => message.nak(retryMs) };
    const waiting = this.waiting.get(event.source);
    if (waiting !== undefined) {
      waiting.push(delivery);
      return;
    }
    this.waiting.set(event.source, [delivery]);
    // what has arrived in this turn, and what arrives while an earlier batch is being applied, goes together
    setImmediate(
      () =>
        void this.report(
          event.source,
          follower.idle().then(() => this.flush(event.source, follower)),
        ),
    );
  }

  private flush(source: string, follower: SourceFollower<Tx>): Promise<void> {
    const deliveries = this.waiting.get(source) ?? [];
    this.waiting.delete(source);
    return follower.deliver(deliveries);
  }

  private async report(source: string, work: Promise<void>): Promise<void> {
    await work.catch((error: Error) => {
      this.options.logger.warn({ source, reason: error.message }, 'events were not applied, trying again');
    });
  }
}

/** The event of a message; a service can only speak for itself, whatever the body says. */
function readEvent(message: JsMsg): EventEnvelope | undefined {
  try {
    const event = eventEnvelope.parse(message.json());
    const speaksForItself = event.type.startsWith(`${event.source}.`);
    return speaksForItself && message.subject === eventSubject(event.type, event.realm) ? event : undefined;
  } catch {
    return undefined;
  }
}
