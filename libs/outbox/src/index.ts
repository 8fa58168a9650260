/**
 * Events that are never lost and never invented (guarantee G3). {@link Outbox} writes an event in the transaction of the
 * change that it reports. {@link Relay}, one for each service, numbers the events without gaps and publishes them in that
 * order; {@link outboxMigrationSql} makes the tables of both.
 *
 * {@link EventFeed} follows the events of other services: in order, each exactly once in effect. JetStream only announces
 * them: what it lacks is asked from the service that recorded it, which answers with {@link listEvents}. A program that just
 * shows or counts events may read the stream and does not need this library.
 */
export type { EventBus } from './event-bus.js';
export { EventFeed, type EventFeedOptions } from './event-feed.js';
export { type EventPage, listEvents } from './list-events.js';
export { type EventCause, type EventFields, type EventRealm, eventFields, Outbox, type Recording } from './outbox.js';
export { type OutboxAbilities, outboxMigrationSql } from './outbox-sql.js';
export type { PositionStore } from './position-store.js';
export { eventPositionSql, PostgresPositions } from './postgres-positions.js';
export { Relay, type RelayOptions } from './relay.js';
