import { setTimeout as late } from 'node:timers/promises';
import { monotonicMs } from '@countersign/clock';
import type { Logger, Metrics } from '@countersign/observability';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { OutboxLog, type Position } from './outbox-log.js';
import { publishEvents } from './publish-events.js';
import { marksUpTo, settledSequence, withMark } from './publish-marks.js';
import { RelaySession } from './relay-session.js';
import { takeAcknowledgements } from './stream-rewind.js';
import { Wake } from './wake.js';

/** The part of `Bus` (messaging) that is used here. */
export interface EventBus {
  readonly connection: NatsConnection;
  isUp(): boolean;
  onUp(listener: () => void): () => void;
}

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
const standbyMs = 1_000;
const measureMs = 5_000;
const longestBackOffMs = 5_000;
/** How long the streams keep events. */
const retentionDays = 7;

/**
 * Numbers a service's events and publishes them in that order (guarantee G3). One per service: replicas wait for its
 * lock, and the next takes over within about a second of its end. JetStream is transport and not store: rows stay, and
 * are sent again when a server may have forgotten some (after each reconnect: the last three minutes) or a stream
 * turns out to be rewound (then all that it would still keep).
 */
export class Relay {
  private readonly wake = new Wake();
  private isClosing = false;
  private isLeading = false;
  private mustGoBack = true;
  private session: RelaySession | undefined;
  private running: Promise<void> | undefined;
  private readonly figures: ReturnType<typeof figuresOf> | undefined;
  private measureAt = 0;

  constructor(private readonly options: RelayOptions) {
    this.figures = options.metrics === undefined ? undefined : figuresOf(options.metrics);
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
    const gaveUp = new AbortController();
    await Promise.race([this.running, late(withinMs, undefined, { signal: gaveUp.signal }).catch(() => undefined)]);
    gaveUp.abort();
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
    let position = await log.position();
    const { service, logger } = this.options;
    logger.info({ service, published: position.publishedSequence }, 'relay leads');
    this.isLeading = true;
    this.mustGoBack = true;
    let publishAt = 0;
    let backOffMs = pollMs;
    while (!this.isClosing) {
      let isBusy = await log.number();
      if (this.options.bus.isUp() && monotonicMs() >= publishAt) {
        const step = await this.publish(log, position);
        position = step.position;
        isBusy ||= step.count > 0;
        backOffMs = step.error === undefined ? pollMs : Math.min(backOffMs * 2, longestBackOffMs);
        if (step.error !== undefined) publishAt = monotonicMs() + backOffMs;
      }
      await this.measure(log);
      if (!isBusy) await this.pauseUnlessClosing(pollMs);
    }
  }

  /** One batch; what of it was taken for sure is written down. */
  private async publish(
    log: OutboxLog,
    before: Position,
  ): Promise<{ position: Position; count: number; error?: Error }> {
    const start = this.mustGoBack ? await this.goBack(log, before) : before;
    const events = await log.after(start.source, start.publishedSequence);
    if (events.length === 0) return { position: start, count: 0 };
    const { taken, error } = await publishEvents(jetstream(this.options.bus.connection), events);
    if (error !== undefined) this.options.logger.warn({ reason: error.message }, 'events were not taken, trying again');
    if (taken.length === 0) return { position: start, count: 0, ...(error && { error }) };
    this.figures?.published.inc(taken.length);
    const { sequences, isRewound } = takeAcknowledgements(start.streamSequences, taken);
    const sequence = events[taken.length - 1]?.sequence ?? start.publishedSequence;
    const position = isRewound
      ? await this.rewind(log, { ...start, streamSequences: sequences })
      : {
          ...start,
          publishedSequence: sequence,
          streamSequences: sequences,
          marks: withMark(start.marks, { atMs: await log.nowMs(), sequence }),
        };
    await log.advance(position);
    return { position, count: taken.length, ...(error && { error }) };
  }

  /** To before what a server may have forgotten; at least to before the last event, whose sequence tells of a rewind. */
  private async goBack(log: OutboxLog, position: Position): Promise<Position> {
    this.mustGoBack = false;
    const settled = settledSequence(position.marks, await log.nowMs());
    const sequence = Math.max(0, Math.min(settled, position.publishedSequence - 1));
    this.figures?.republished.inc(position.publishedSequence - sequence);
    return { ...position, publishedSequence: sequence, marks: marksUpTo(position.marks, sequence) };
  }

  private async rewind(log: OutboxLog, position: Position): Promise<Position> {
    const sequence = await log.sequenceBefore(retentionDays);
    this.figures?.republished.inc(Math.max(0, position.publishedSequence - sequence));
    this.options.logger.warn({ from: sequence }, 'a stream was rewound, its events are sent again');
    return { ...position, publishedSequence: sequence, marks: [{ atMs: 0, sequence }] };
  }

  private async measure(log: OutboxLog): Promise<void> {
    if (this.figures === undefined || monotonicMs() < this.measureAt) return;
    this.measureAt = monotonicMs() + measureMs;
    const backlog = await log.backlog();
    this.figures.waiting.set(backlog.rows);
    this.figures.lag.set(backlog.seconds);
  }

  private async pauseUnlessClosing(ms: number): Promise<void> {
    if (!this.isClosing) await this.wake.pause(ms);
  }
}

function figuresOf(metrics: Metrics) {
  return {
    waiting: metrics.gauge('outbox_waiting_events', 'events that are recorded and not published yet'),
    lag: metrics.gauge('outbox_lag_seconds', 'age of the oldest event that is not published yet'),
    published: metrics.counter('outbox_published_events_total', 'events that JetStream took'),
    republished: metrics.counter('outbox_republished_events_total', 'events that were to be sent once more'),
  };
}
