import { type EventEnvelope, eventSubject } from '@countersign/contracts';
import { createInbox, headers, type Msg, type NatsConnection } from '@nats-io/transport-node';
import type { Acknowledgement } from './stream-rewind.js';

const acknowledgedWithinMs = 3_000;
/** JetStream drops a second message of one id within its window. */
const messageId = 'Nats-Msg-Id';
/** What NATS answers where no stream listens. */
const noResponders = 503;

/** What came of a batch: how many of its first events are taken for sure, and why not more. */
export interface Published {
  readonly taken: readonly Acknowledgement[];
  readonly error?: Error;
}

/**
 * Publishes events in their order, all of them under way at once, and waits for the acknowledgements.
 *
 * They arrive at one inbox, for which the batch has one subscription and one timer: a request of the client library for
 * each event costs more than all else that is done for it.
 * @param inboxPrefix of the user of this connection, who may hear no other inbox
 */
export async function publishEvents(
  connection: NatsConnection,
  inboxPrefix: string | undefined,
  events: readonly EventEnvelope[],
): Promise<Published> {
  const batch = new Batch(events.length);
  try {
    const inbox = createInbox(inboxPrefix);
    const subscription = connection.subscribe(`${inbox}.*`, {
      callback: (failure, message) => batch.hear(failure, message),
    });
    try {
      for (const [place, event] of events.entries()) {
        const named = headers();
        named.set(messageId, event.id);
        const subject = eventSubject(event.type, event.realm);
        connection.publish(subject, JSON.stringify(event), { reply: `${inbox}.${place}`, headers: named });
      }
      await batch.settled();
    } finally {
      subscription.unsubscribe();
    }
  } catch (error) {
    batch.giveUp(error as Error);
  }
  return batch.published();
}

/** The acknowledgements of one batch, by the place of their event. */
class Batch {
  private readonly answers = new Map<number, Acknowledgement | Error>();
  private failure: Error | undefined;
  private wake: () => void = () => undefined;

  constructor(private readonly count: number) {}

  hear(failure: Error | null, message: Msg): void {
    if (failure !== null) {
      this.giveUp(failure);
      return;
    }
    const place = Number(message.subject.slice(message.subject.lastIndexOf('.') + 1));
    this.answers.set(place, answerIn(message));
    if (this.answers.size === this.count) this.wake();
  }

  giveUp(failure: Error): void {
    this.failure ??= failure;
    this.wake();
  }

  /** When there is an answer for each, or nothing more is to be waited for. */
  async settled(): Promise<void> {
    const late = new Error(`no acknowledgement within ${acknowledgedWithinMs} ms`);
    const timer = setTimeout(() => this.giveUp(late), acknowledgedWithinMs);
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      if (this.answers.size === this.count || this.failure !== undefined) resolve();
    });
    clearTimeout(timer);
  }

  published(): Published {
    const taken: Acknowledgement[] = [];
    while (taken.length < this.count) {
      const answer = this.answers.get(taken.length) ?? this.failure ?? new Error('no acknowledgement');
      if (answer instanceof Error) return { taken, error: answer };
      taken.push(answer);
    }
    return { taken };
  }
}

function answerIn(message: Msg): Acknowledgement | Error {
  if (message.headers?.code === noResponders) return new Error('no stream takes events');
  try {
    const { stream, seq, duplicate, error } = message.json<
      Partial<Acknowledgement> & { error?: { description?: string } }
    >();
    if (error !== undefined) return new Error(`event was not taken: ${error.description ?? 'no reason given'}`);
    if (stream !== undefined && stream !== '' && seq !== undefined)
      return { stream, seq, duplicate: duplicate ?? false };
  } catch {
    // what is no JSON is no acknowledgement
  }
  return new Error('answer is no acknowledgement of JetStream');
}
