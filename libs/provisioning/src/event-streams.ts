import { type EventDefinition, eventSubject, events, type Principal } from '@countersign/contracts';

/**
 * Streams that carry events (names after ADR-6: upper case, no space, dot, `*`, `>` or slash, under 32 characters).
 * `COUNTERSIGN_AUDIT` is apart, so that a reader of the one cannot read the other.
 */
export const streamNames = Object.freeze(['COUNTERSIGN_EVENTS', 'COUNTERSIGN_AUDIT'] as const);
export type StreamName = (typeof streamNames)[number];

/** A consumer that outlives its reader: it keeps its place. */
export interface DurableConsumer {
  readonly stream: StreamName;
  readonly durable: string;
  readonly principal: Principal;
}

/** The stream of an event: the audit's own, when no other service may hear it. */
export function streamOf(event: Pick<EventDefinition, 'heardBy'>): StreamName {
  return event.heardBy.every((principal) => principal === 'audit') ? 'COUNTERSIGN_AUDIT' : 'COUNTERSIGN_EVENTS';
}

/** An event's subject in every realm. */
export function anyRealmSubject(event: Pick<EventDefinition, 'type'>): string {
  return eventSubject(event.type, '*');
}

/** Subjects that a stream stores. */
export function subjectsOf(stream: StreamName): readonly string[] {
  return events.filter((event) => streamOf(event) === stream).map(anyRealmSubject);
}

/** The durable name of a principal: the audit's says what it is for, as `nats consumer ls` shows it. */
export function durableOf(principal: Principal): string {
  return principal === 'audit' ? 'audit_record' : principal;
}

/** One consumer for each principal and stream of which it may hear something. */
export const durableConsumers: readonly DurableConsumer[] = Object.freeze(
  streamNames.flatMap((stream) => {
    const hearers = new Set(events.filter((event) => streamOf(event) === stream).flatMap((event) => event.heardBy));
    return [...hearers].sort().map((principal) => ({ stream, principal, durable: durableOf(principal) }));
  }),
);
