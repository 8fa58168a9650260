import { type EventEnvelope, eventSubject } from '@countersign/contracts';
import type { JetStreamClient } from '@nats-io/jetstream';
import type { Acknowledgement } from './stream-rewind.js';

const acknowledgedWithinMs = 3_000;

/** What came of a batch: how many of its first events are taken for sure, and why not more. */
export interface Published {
  readonly taken: readonly Acknowledgement[];
  readonly error?: Error;
}

/**
 * Publishes events in their order, all of them under way at once, and waits for the acknowledgements. The event's id
 * is the message's id, so that JetStream drops what is sent twice within its window.
 */
export async function publishEvents(stream: JetStreamClient, events: readonly EventEnvelope[]): Promise<Published> {
  const outcomes = await Promise.allSettled(
    events.map((event) =>
      stream.publish(eventSubject(event.type, event.realm), JSON.stringify(event), {
        msgID: event.id,
        timeout: acknowledgedWithinMs,
      }),
    ),
  );
  const taken: Acknowledgement[] = [];
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') return { taken, error: outcome.reason as Error };
    taken.push(outcome.value);
  }
  return { taken };
}
