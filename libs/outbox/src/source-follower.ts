import type { EventEnvelope } from '@countersign/contracts';
import type { EventPage } from './list-events.js';
import type { PositionStore } from './position-store.js';

/** An event as a stream delivered it. */
export interface Delivery {
  readonly event: EventEnvelope;
  /** It is applied: need not come again. */
  done(): void;
  /** It could not be applied: is to come again. */
  again(): void;
}

export interface FollowerOptions<Tx> {
  readonly source: string;
  readonly positions: PositionStore<Tx>;
  /** A page of the source's events after a sequence, from its outbox. */
  ask(after: number, limit: number): Promise<EventPage>;
  handle(event: EventEnvelope, tx: Tx): Promise<void>;
  /** Told how many events came in a page and not by the stream. */
  onFilled(count: number): void;
}

const pageSize = 200;

/**
 * Applies the events of one source in their order, each once. What the stream delivers twice is passed over; where it
 * leaves something out, the source itself is asked. One event after the other: a handler that fails holds its source
 * until it no longer does, since to skip an event would be to lose it.
 */
export class SourceFollower<Tx> {
  private position: number | undefined;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: FollowerOptions<Tx>) {}

  /** Applies what was delivered, and what is missing before it. Rejects with the reason when some have to come again. */
  deliver(deliveries: readonly Delivery[]): Promise<void> {
    return this.inTurn(() => this.take(deliveries));
  }

  /** Asks the source whether there is anything after the position, and applies it. */
  catchUp(): Promise<void> {
    return this.inTurn(async () => {
      while (await this.takePage());
    });
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.last;
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    const run = this.last.then(work);
    this.last = run.catch(() => {
      // whether the last commit took place may be unknown
      this.position = undefined;
    });
    return run;
  }

  private async take(deliveries: readonly Delivery[]): Promise<void> {
    const ordered = deliveries.map((delivery) => delivery.event).sort((a, b) => a.sequence - b.sequence);
    let position = 0;
    try {
      for (;;) {
        position = await this.known();
        const run = runAfter(position, ordered);
        if (run.length > 0) await this.apply(run, position + run.length);
        else if (ordered.every((event) => event.sequence <= position)) break;
        else if (!(await this.takePage()) && (await this.known()) === position) {
          throw new Error(
            `events after ${position} of ${this.options.source} are neither in the stream nor in its outbox`,
          );
        }
      }
    } finally {
      for (const delivery of deliveries) {
        if (delivery.event.sequence <= position) delivery.done();
        else delivery.again();
      }
    }
  }

  /** @returns whether there may be more */
  private async takePage(): Promise<boolean> {
    const position = await this.known();
    const { events, through, last } = await this.options.ask(position, pageSize);
    if (last < position) {
      throw new Error(`${this.options.source} counts ${last} events, ${position} were seen: its database went back`);
    }
    if (through <= position) return false;
    const news = events.filter((event) => event.source === this.options.source && event.sequence > position);
    await this.apply(news, through);
    this.options.onFilled(news.length);
    return through < last;
  }

  /** In one transaction; when that fails, one by one, so that those before the one that fails are kept. */
  private async apply(events: readonly EventEnvelope[], through: number): Promise<void> {
    const { source, positions, handle } = this.options;
    const from = await this.known();
    const all = async (tx: Tx) => {
      for (const event of events) await handle(event, tx);
    };
    try {
      this.position = await positions.apply(source, from, through, all);
    } catch (error) {
      if (events.length < 2) throw error;
      this.position = await positions.read(source);
      for (const event of events) await this.applyOne(event);
      if (this.position < through) {
        this.position = await positions.apply(source, this.position, through, async () => undefined);
      }
    }
  }

  private async applyOne(event: EventEnvelope): Promise<void> {
    const { source, positions, handle } = this.options;
    const from = await this.known();
    if (event.sequence <= from) return;
    this.position = await positions.apply(source, from, event.sequence, (tx) => handle(event, tx));
  }

  private async known(): Promise<number> {
    this.position ??= await this.options.positions.read(this.options.source);
    return this.position;
  }
}

/** Those of `ordered` that follow `position` without a gap, each once. */
export function runAfter(position: number, ordered: readonly EventEnvelope[]): EventEnvelope[] {
  const run: EventEnvelope[] = [];
  for (const event of ordered) {
    if (event.sequence === position + run.length + 1) run.push(event);
  }
  return run;
}
