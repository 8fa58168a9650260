import type { EventEnvelope } from '@countersign/contracts';
import type { Logger } from '@countersign/observability';
import type { EventBus } from './event-bus.js';
import type { OutboxLog, Position } from './outbox-log.js';
import { publishEvents } from './publish-events.js';
import { marksUpTo, settledSequence, withMark } from './publish-marks.js';
import { takeAcknowledgements } from './stream-rewind.js';

export interface PublicationOptions {
  readonly log: OutboxLog;
  /** How far the relay before this one had come. */
  readonly position: Position;
  readonly bus: Pick<EventBus, 'connection' | 'inboxPrefix'>;
  readonly logger: Logger;
  /** Told how many events JetStream took, and how many of them it had been given before. */
  onTaken(count: number, again: number): void;
}

/** What one step did: how many events were taken, and why not more. */
export interface Step {
  readonly count: number;
  readonly error?: Error;
}

/** How long the streams keep events. */
const retentionDays = 7;

/**
 * How far a service's events are published. New events come first; beside them, batch by batch, go those that a server
 * may have lost. While such are left no new mark is made, so that the relay that takes over begins with them again.
 */
export class Publication {
  private position: Position;
  private again: { readonly after: number; readonly through: number } | undefined;

  constructor(private readonly options: PublicationOptions) {
    this.position = options.position;
  }

  /**
   * The server may have lost power: what it had acknowledged less than three minutes ago is sent again, and at least
   * the last event, whose place in the stream tells whether that was rewound.
   */
  async goBack(): Promise<void> {
    const { publishedSequence, marks } = this.position;
    const settled = settledSequence(marks, await this.options.log.nowMs());
    this.position = { ...this.position, marks: marksUpTo(marks, settled) };
    this.sendAgain(Math.min(settled, publishedSequence - 1));
  }

  /** At most one batch of new events, and one of those to be sent again. */
  async step(): Promise<Step> {
    const fresh = await this.publish(this.position.publishedSequence);
    if (fresh.last !== undefined) this.position = { ...this.position, publishedSequence: fresh.last };
    const again = fresh.error === undefined ? await this.stepAgain() : { count: 0 };
    const count = fresh.count + again.count;
    if (count > 0) {
      this.options.onTaken(count, again.count);
      await this.writeDown();
    }
    const error = fresh.error ?? again.error;
    if (error !== undefined) this.options.logger.warn({ reason: error.message }, 'events were not taken, trying again');
    return { count, ...(error && { error }) };
  }

  private async stepAgain(): Promise<Step> {
    const range = this.again;
    if (range === undefined) return { count: 0 };
    const { count, last, error } = await this.publish(range.after, range.through);
    // a rewind found meanwhile has set a range of its own
    if (last !== undefined && this.again === range) {
      this.again = last < range.through ? { after: last, through: range.through } : undefined;
    }
    return { count, ...(error && { error }) };
  }

  private async publish(after: number, through = Number.POSITIVE_INFINITY): Promise<Step & { readonly last?: number }> {
    const { log, bus } = this.options;
    const events = (await log.after(this.position.source, after)).filter((event) => event.sequence <= through);
    if (events.length === 0) return { count: 0 };
    const { taken, error } = await publishEvents(bus.connection, bus.inboxPrefix, events);
    const { sequences, isRewound } = takeAcknowledgements(this.position.streamSequences, taken);
    this.position = { ...this.position, streamSequences: sequences };
    if (isRewound) await this.refill();
    const last = lastOf(events, taken.length);
    return { count: taken.length, ...(last !== undefined && { last }), ...(error && { error }) };
  }

  /** A stream was wiped or restored: all that it would still keep is sent again, also by the relay that takes over. */
  private async refill(): Promise<void> {
    const sequence = await this.options.log.sequenceBefore(retentionDays);
    this.options.logger.warn({ after: sequence }, 'a stream was rewound, its events are sent again');
    this.position = { ...this.position, marks: [{ atMs: 0, sequence }] };
    this.sendAgain(sequence);
  }

  private sendAgain(after: number): void {
    const { publishedSequence: through } = this.position;
    this.again = through > 0 ? { after: Math.max(0, after), through } : undefined;
  }

  private async writeDown(): Promise<void> {
    const { log } = this.options;
    if (this.again === undefined) {
      const mark = { atMs: await log.nowMs(), sequence: this.position.publishedSequence };
      this.position = { ...this.position, marks: withMark(this.position.marks, mark) };
    }
    await log.advance(this.position);
  }
}

function lastOf(events: readonly EventEnvelope[], taken: number): number | undefined {
  return events[taken - 1]?.sequence;
}
