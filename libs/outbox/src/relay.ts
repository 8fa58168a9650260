import { monotonicMs, within } from '@countersign/clock';
import type { Logger, Metrics } from '@countersign/observability';
import type { EventBus } from './event-bus.js';
import { OutboxLog } from './outbox-log.js';
import { Publication, type Step } from './publication.js';
import { RelaySession } from './relay-session.js';
import { Wake } from './wake.js';

export interface RelayOptions {
  /** The service, which is also its schema. */
  readonly service: string;
  /** Of the runtime role. */
  readonly url: string;
  readonly bus: EventBus;
  readonly logger: Logger;
  readonly metrics?: Metrics;
}

const pollMs = 100;
const standbyMs = 500;
const measureMs = 5_000;
const longestBackOffMs = 5_000;

/**
 * Numbers a service's events and publishes them in that order (guarantee G3). One per service: replicas wait for its
 * lock, and the next takes over within about a second of its end, or three of its being frozen. JetStream is transport and
 * not store: rows stay, and are sent again when a server may have forgotten some (after each reconnect: the last three
 * minutes) or a stream turns out to be rewound (then all that it would still keep).
 */
export class Relay {
  private readonly wake = new Wake();
  private isClosing = false;
  private isLeading = false;
  private mustGoBack = true;
  private session: RelaySession | undefined;
  private running: Promise<void> | undefined;
  private readonly metrics: ReturnType<typeof metricsOf> | undefined;
  private measureAt = 0;

  constructor(private readonly options: RelayOptions) {
    this.metrics = options.metrics === undefined ? undefined : metricsOf(options.metrics);
  }

  start(): void {
    this.options.bus.onUp(() => {
      this.mustGoBack = true;
      this.nudge();
    });
    this.running ??= this.run();
  }

  /** Says that events were recorded, so that they need not wait for the poll. No effect where another one relays. */
  nudge(): void {
    if (this.isLeading) this.wake.wake();
  }

  /** Lets the batch under way end, for at most so many milliseconds, and gives up the lock. */
  async close(withinMs = 5_000): Promise<void> {
    this.isClosing = true;
    this.wake.wake();
    await within(this.running ?? Promise.resolve(), withinMs);
    await this.session?.close();
  }

  private async run(): Promise<void> {
    for (let backOffMs = pollMs; !this.isClosing; backOffMs = Math.min(backOffMs * 2, longestBackOffMs)) {
      const began = monotonicMs();
      try {
        this.session = await RelaySession.open(this.options.url, this.options.service);
        await this.lead(this.session);
      } catch (error) {
        this.options.logger.warn({ reason: (error as Error).message }, 'relay lost its database, trying again');
        if (monotonicMs() - began > 10 * longestBackOffMs) backOffMs = pollMs;
        await this.pauseUnlessClosing(backOffMs);
      } finally {
        this.isLeading = false;
        await this.session?.close();
      }
    }
  }

  private async lead(session: RelaySession): Promise<void> {
    while (!(await session.tryLead())) {
      await this.pauseUnlessClosing(standbyMs);
      if (this.isClosing) return;
    }
    const log = new OutboxLog(session);
    const publication = await this.resume(log);
    this.isLeading = true;
    this.mustGoBack = true;
    let publishAt = 0;
    let backOffMs = pollMs;
    while (!this.isClosing) {
      let isBusy = await log.number();
      if (this.options.bus.isUp() && monotonicMs() >= publishAt) {
        const { count, error } = await this.publish(publication);
        isBusy ||= count > 0;
        backOffMs = error === undefined ? pollMs : Math.min(backOffMs * 2, longestBackOffMs);
        if (error !== undefined) publishAt = monotonicMs() + backOffMs;
      }
      await this.measure(log);
      if (!isBusy) await this.pauseUnlessClosing(pollMs);
    }
  }

  private async resume(log: OutboxLog): Promise<Publication> {
    const { bus, logger, service } = this.options;
    const position = await log.position();
    logger.info({ service, published: position.publishedSequence }, 'relay leads');
    const onTaken = (count: number, again: number) => {
      this.metrics?.published.inc(count - again);
      this.metrics?.republished.inc(again);
    };
    return new Publication({ log, position, bus, logger, onTaken });
  }

  private async publish(publication: Publication): Promise<Step> {
    if (this.mustGoBack) {
      this.mustGoBack = false;
      await publication.goBack();
    }
    return publication.step();
  }

  private async measure(log: OutboxLog): Promise<void> {
    if (this.metrics === undefined || monotonicMs() < this.measureAt) return;
    this.measureAt = monotonicMs() + measureMs;
    const backlog = await log.backlog();
    this.metrics.waiting.set(backlog.rows);
    this.metrics.lag.set(backlog.seconds);
  }

  private async pauseUnlessClosing(ms: number): Promise<void> {
    if (!this.isClosing) await this.wake.pause(ms);
  }
}

function metricsOf(metrics: Metrics) {
  return {
    waiting: metrics.gauge('outbox_waiting_events', 'events that are recorded and not published yet'),
    lag: metrics.gauge('outbox_lag_seconds', 'age of the oldest event that is not published yet'),
    published: metrics.counter('outbox_published_events_total', 'events that JetStream took'),
    republished: metrics.counter('outbox_republished_events_total', 'events that JetStream was given once more'),
  };
}
